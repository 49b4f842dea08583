import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../nn/testing/backends.ts';
import { openSimulation, type OpenedSimulation, SLOW_DEVICE } from '../testing/small-simulation.ts';

beforeAll(() => useBackend('wasm'));

describe('a simulated run', () => {
  test.each(['huscf-gan', 'md-gan'] as const)(
    'LAB-7: the same seed gives the same numbers and the same virtual time, another seed does not (%s)',
    async (strategy) => {
      const outcomes = [];
      for (const seed of [5, 5, 6]) {
        const { run, time, close } = await openSimulation({ settings: { strategy, seed, stepsPerRound: 1 } });
        await run.untilRounds(2);
        const { body, globalLayers, losses } = run.loop.checkpoint();
        outcomes.push({ body, globalLayers, losses, now: time.clock.now() });
        await close();
      }
      expect(outcomes[0]).toEqual(outcomes[1]);
      expect(outcomes[0]?.losses).not.toEqual(outcomes[2]?.losses);
    },
  );
});

test('LAB-35: a run whose devices fail in every step ends with the round, the reason, the fault and what to do', async () => {
  const { run, close } = await openSimulation({
    images: (own) => ({
      count: own.count,
      shape: own.shape,
      classNames: own.classNames,
      labelsHeld: own.labelsHeld,
      setAside: (share) => own.setAside(share),
      draw: (count) => ({ ...own.draw(count), images: new Float32Array(count * 28 * 28).fill(NaN) }),
    }),
  });
  await expect(run.untilRounds(1)).rejects.toThrow(
    /^Round 1 was given up 3 times in a row \(.+\)\. The devices' last fault is tensor-not-finite\. .*learning rate/,
  );
  await close();
});

describe('virtual steps', () => {
  /** Virtual seconds of a step, the first left out: its begin travels behind the layers of the round. */
  async function steadyStep({ run, time }: OpenedSimulation): Promise<number> {
    const began = new Map<number, number>();
    const stop = run.loop.onChange(() => {
      const { phase, step } = run.loop.place;
      if (phase === 'training' && !began.has(step)) began.set(step, time.clock.now());
    });
    await run.untilRounds(1);
    stop();
    return ((began.get(3) ?? NaN) - (began.get(1) ?? NaN)) / 2000;
  }

  test.each(['huscf-gan', 'fed-gan', 'md-gan'] as const)(
    'LAB-8: equal devices on links of their own take the predicted step within 1 % (%s)',
    async (strategy) => {
      const opened = await openSimulation({ settings: { strategy, stepsPerRound: 4, rounds: 1 } });
      const seconds = await steadyStep(opened);
      const { predicted = NaN } = opened.run.loop.view().stepTime ?? {};
      expect(predicted).toBeGreaterThan(0.1);
      expect(Math.abs(seconds / predicted - 1)).toBeLessThan(0.01);
      await opened.close();
    },
  );

  test('LAB-8: on a shared link the step takes longer than alone, and at least what is predicted', async () => {
    const seconds = [];
    for (const linkBytesPerSecond of [undefined, 3e5]) {
      const opened = await openSimulation({
        settings: { cuts: 'shallowest', stepsPerRound: 4, rounds: 1 },
        ...(linkBytesPerSecond && { linkBytesPerSecond }),
      });
      seconds.push(await steadyStep(opened));
      expect(seconds.at(-1)).toBeGreaterThan(0.99 * (opened.run.loop.view().stepTime?.predicted ?? NaN));
      await opened.close();
    }
    expect(seconds[1]).toBeGreaterThan(1.5 * (seconds[0] ?? NaN));
  });

  test('LAB-9: a device ten times slower misses three steps, is benched, and the others go on', async () => {
    const { run, logged, close } = await openSimulation({
      settings: { strategy: 'fed-gan', stepsPerRound: 5, rounds: 2 },
      profiles: [
        SLOW_DEVICE,
        SLOW_DEVICE,
        { ...SLOW_DEVICE, compute: { kind: 'speed', gigaflopsPerSecond: 0.02 } },
      ],
    });
    await run.untilRounds(1);
    expect(logged.filter(({ event }) => event === 'missed')).toHaveLength(0);
    run.slow('d3', 10);
    await run.untilRounds(2);
    const view = run.loop.view();
    const slow = view.devices.find(({ name }) => name === 'd3');
    const missed = logged.filter(({ event }) => event === 'missed');
    expect(missed).toHaveLength(3);
    expect(new Set(missed.map(({ device }) => device))).toEqual(new Set([slow?.id]));
    expect(run.loop.committedRound).toBe(1);
    expect(view.losses.filter(({ round }) => round === 1)).toHaveLength(5);
    await close();
  });

  test('LAB-9: a device that is not there cannot be slowed down', async () => {
    const { run, close } = await openSimulation();
    expect(() => {
      run.slow('d9', 10);
    }).toThrow('no device is called d9');
    await close();
  });

  test('LAB-10: what is aborted stops, and goes on when asked again', async () => {
    const { run, close } = await openSimulation({ settings: { rounds: 3 } });
    const abort = new AbortController();
    abort.abort();
    await run.untilRounds(3, abort.signal);
    expect(run.loop.committedRound).toBe(-1);
    await run.untilRounds(1);
    expect(run.loop.committedRound).toBe(0);
    await close();
  });

  test('LAB-10: a run that pauses by itself says why', async () => {
    const { run, store, close } = await openSimulation();
    store.fault = 'the disk is full';
    await expect(run.untilRounds(1)).rejects.toThrow('the disk is full');
    await close();
  });
});
