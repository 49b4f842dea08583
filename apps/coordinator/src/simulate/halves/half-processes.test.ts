import '@tensorflow/tfjs-backend-wasm';
import { setBackend } from '@tensorflow/tfjs-core';
import { cganSpec, SHALLOWEST_CUT } from '@tessera/core/architecture';
import { drawRehearsal, initialGan, makeHalf, rehearse } from '@tessera/core/gan';
import { Random } from '@tessera/core/random';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HalfProcesses } from './half-processes.ts';

const spec = cganSpec({ width: 1 / 16, zDim: 4, classes: 2 });
const cut = SHALLOWEST_CUT;
const options = { spec, cut, optimiser: { learningRate: 1e-3, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 } };
let processes: HalfProcesses | undefined;

beforeAll(() => setBackend('wasm'));
afterEach(() => {
  processes?.close();
});

describe('devices that compute in processes of their own', () => {
  it('LAB-34: come to the same numbers as in this one, moments included', { timeout: 60_000 }, async () => {
    processes = await HalfProcesses.start(2, 'wasm');
    const [here, there] = [makeHalf(options), processes.makerFor(1)?.(options)];
    if (!there) throw new Error('there is no process for device 1');
    for (const half of [here, there]) {
      half.load(initialGan(spec, new Random(1)));
      await rehearse(half, drawRehearsal({ spec, cut, batch: 4, random: new Random(2) }));
    }
    expect(await there.values()).toEqual(await here.values());
    expect(await there.moments()).toEqual(await here.moments());
    here.dispose();
    there.dispose();
  });

  it(
    'LAB-34: a fault of a call reaches who asked, and a process that is gone says so',
    { timeout: 60_000 },
    async () => {
      processes = await HalfProcesses.start(1, 'wasm');
      const half = processes.makerFor(0)?.(options);
      await expect(half?.finish(new Map())).rejects.toThrow('no step is under way');
      half?.load(new Map());
      await expect(half?.values()).rejects.toThrow('block1');
      processes.close();
      await expect(half?.values()).rejects.toThrow('closed');
    },
  );

  it('LAB-34: none are asked for where none were started', async () => {
    processes = await HalfProcesses.start(0, 'wasm');
    expect(processes.makerFor(3)).toBeUndefined();
  });
});
