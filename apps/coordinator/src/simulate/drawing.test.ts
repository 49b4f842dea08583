import type { NamedTensors, PlainTensor } from '@tessera/core/tensors';
import { describe, expect, test } from 'vitest';
import { drawingOf } from './drawing.ts';

/** Draws images of two numbers: the generator's own, and the label. */
const body = {
  sample: ({ generator, labels }: { generator: NamedTensors; labels: Int32Array }): Promise<PlainTensor> => {
    const own = generator.get('own')?.data[0] ?? NaN;
    return Promise.resolve({
      shape: [labels.length, 1, 1, 2],
      data: Float32Array.from([...labels].flatMap((label) => [own, label])),
    });
  },
};
const generator = (own: number): NamedTensors =>
  new Map([['own', { shape: [1], data: Float32Array.of(own) }]]);

describe('who draws', () => {
  test('TIERDATA-16: several generators take turns, each label stays in its place', async () => {
    const draw = drawingOf(body, [generator(10), generator(20), generator(30)]);
    const { shape, data } = await draw(Int32Array.of(0, 1, 2, 3, 4), 1);
    expect(shape).toEqual([5, 1, 1, 2]);
    expect([...data]).toEqual([10, 0, 20, 1, 30, 2, 10, 3, 20, 4]);
  });

  test('TIERDATA-16: there may be fewer images than generators, and without any generator nothing is drawn', async () => {
    const { data } = await drawingOf(body, [generator(10), generator(20)])(Int32Array.of(7), 1);
    expect([...data]).toEqual([10, 7]);
    expect(() => drawingOf(body, [])).toThrow('no generator');
  });
});
