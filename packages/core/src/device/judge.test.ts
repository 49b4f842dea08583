import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cganSpec } from '../architecture/index.ts';
import { drawnImages, mergeCounts } from '../data/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { judgedShape, judgedTensors } from '../protocol/index.ts';
import { Random } from '../random.ts';
import { elementCount, type NamedTensors } from '../tensors/index.ts';
import { judgeNext } from './judge.ts';

beforeAll(() => useBackend('wasm'));

const spec = cganSpec({ width: 1 / 16 });

/** A classifier that calls every image a picture of this class. */
function stubborn(chosen: number): NamedTensors {
  return new Map(
    judgedTensors(spec).map(({ name, shape }) => {
      const data = new Float32Array(elementCount(shape));
      if (name === 'block4.dense.bias') data[chosen] = 1;
      return [name, { shape, data }];
    }),
  );
}

test('JUDGE-2: a device counts the images that the classifier gets right, and leaves no tensor', async () => {
  const heldOut = drawnImages({ domain: 'pen', count: 40, random: new Random('held out') });
  const before = memory().numTensors;
  let right = 0;
  for (let label = 0; label < 10; label++) {
    const judge = (from: number) =>
      judgeNext(heldOut, { values: stubborn(label), shape: judgedShape(spec), from });
    const parts = [await judge(0), await judge(16), await judge(32)];
    expect(parts.map(({ total }) => total)).toEqual([16, 16, 8]);
    const all = mergeCounts(parts);
    expect(all.right).toBe(heldOut.labels.filter((own) => own === label).length);
    right += all.right;
  }
  expect(right).toBe(40);
  expect(memory().numTensors).toBe(before);
});
