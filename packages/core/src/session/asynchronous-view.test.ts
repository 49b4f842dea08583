// What the pages of an asynchronous edge and of its devices show: times, curves and steps that stay within the round.
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../nn/testing/backends.ts';
import { World } from '../testing/world.ts';

const STEPS = 3;

beforeAll(() => useBackend('wasm'));

describe('an asynchronous edge as its pages show it', () => {
  test('VIEW-11: steps, rounds and times of a run of two rounds, at the edge and at its devices', async () => {
    const { world, devices } = await World.started(['a', 'b'], {
      settings: {
        ...{ strategy: 'fr-async', communities: ['North', 'South'], minimumDevices: 1 },
        ...{ stepsPerRound: STEPS, rounds: 2 },
      },
    });
    const shown = new Set<string>();
    await world.until(() => {
      const { step } = world.view;
      expect(step).toBeLessThanOrEqual(STEPS);
      for (const device of devices) {
        const { current } = device.status();
        if (current.state !== 'standing' || current.standing.standing !== 'training') continue;
        expect(current.standing.step).toBeLessThan(STEPS);
        shown.add(`${current.standing.round}.${current.standing.step}`);
      }
      return world.view.phase === 'finished';
    });
    const { losses, stepTime } = world.view;
    // Each device's steps are counted anew in each round.
    for (const place of ['0.0', '0.1', '1.0']) expect(shown).toContain(place);
    // A report that comes after its round has ended is of the next one.
    for (const round of [0, 1]) {
      const steps = losses.filter((point) => point.round === round).map(({ step }) => step);
      expect(steps).toEqual(steps.map((_, step) => step));
      expect(Math.abs(steps.length - STEPS)).toBeLessThanOrEqual(1);
    }
    expect(stepTime?.total).toBeGreaterThan(0);
    expect(stepTime?.body).toBeGreaterThanOrEqual(0);
  }, 120_000);
});
