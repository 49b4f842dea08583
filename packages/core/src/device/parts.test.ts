import { describe, expect, test } from 'vitest';
import { cganSpec } from '../architecture/index.ts';
import { VirtualClock } from '../clock.ts';
import { Random } from '../random.ts';
import { promisesRun } from '../simulation/index.ts';
import { FIRST_RETRY_MS, LONGEST_RETRY_MS, MAXIMUM_EVENTS, MAXIMUM_LOSS_POINTS } from './limits.ts';
import { momentsForCut } from './moments.ts';
import { Retry } from './retry.ts';
import { StatusKeeper } from './status.ts';
import { Turns } from './turns.ts';

describe("the parts of a device's loop", () => {
  test('DEV-20: waits double up to 15 s, half of each drawn; a success begins anew', () => {
    const retry = new Retry(new Random(1));
    const waits = Array.from({ length: 8 }, () => retry.next());
    waits.forEach((wait, i) => {
      const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** i);
      expect(wait).toBeGreaterThanOrEqual(longest / 2);
      expect(wait).toBeLessThanOrEqual(longest);
    });
    expect(retry.attempts).toBe(8);
    retry.reset();
    expect(retry.next()).toBeLessThanOrEqual(FIRST_RETRY_MS);
    const other = new Retry(new Random(2));
    expect(other.next()).not.toBe(new Retry(new Random(3)).next());
  });

  test('DEV-21: tasks run one after the other; one that fails is told and leaves the others going; too many are refused', async () => {
    const errors: unknown[] = [];
    const turns = new Turns(3, (error) => errors.push(error));
    const done: string[] = [];
    let release: (() => void) | undefined;
    const first = new Promise<void>((resolve) => (release = resolve));
    expect(turns.add(() => first.then(() => done.push('first')))).toBe(true);
    await promisesRun();
    const failure = new Error('no');
    expect(turns.add(() => Promise.reject(failure))).toBe(true);
    expect(turns.add(() => done.push('third'))).toBe(true);
    expect(turns.add(() => done.push('fourth'))).toBe(true);
    expect(turns.add(() => done.push('fifth'))).toBe(false);
    expect(done).toEqual([]);
    release?.();
    await promisesRun();
    expect(done).toEqual(['first', 'third', 'fourth']);
    expect(errors).toEqual([failure]);
  });

  test('DEV-22: the lists of the status are bounded', () => {
    const engine = { backend: 'wasm', adapter: '', reason: '' } as const;
    const keeper = new StatusKeeper(new VirtualClock(), engine, () => undefined);
    for (let step = 0; step < 2 * MAXIMUM_LOSS_POINTS; step++) {
      keeper.change({}, `event ${step}`);
      const losses = { discriminatorReal: 1, discriminatorFake: 1, generator: 1 };
      keeper.stepDone({ round: 0, step, ...losses }, { total: 1, compute: 1 });
    }
    expect(keeper.status.events).toHaveLength(MAXIMUM_EVENTS);
    expect(keeper.status.losses).toHaveLength(MAXIMUM_LOSS_POINTS);
    expect(keeper.status.events.at(-1)?.text).toBe(`event ${2 * MAXIMUM_LOSS_POINTS - 1}`);
  });

  test('DEV-23: a smaller cut keeps the moments of the blocks that stay, a block taken anew starts from zero', () => {
    const spec = cganSpec({ width: 1 / 16, zDim: 8, classes: 10 });
    const blocks = [
      'generator.block1',
      'generator.block2',
      'generator.block5',
      'discriminator.block1',
      'discriminator.block5',
    ];
    const one = { shape: [1], data: Float32Array.of(1) };
    const state = {
      steps: new Map(blocks.map((block) => [block, 4])),
      moments: new Map(blocks.map((block) => [`${block}.conv.weight.m`, one])),
    };
    const kept = momentsForCut(state, spec, { gHead: 1, gTail: 1, dHead: 2, dTail: 1 });
    const held = ['generator.block1', 'generator.block5', 'discriminator.block1', 'discriminator.block5'];
    expect([...kept.steps.keys()]).toEqual(held);
    expect([...kept.moments.keys()]).toEqual(held.map((block) => `${block}.conv.weight.m`));
  });
});
