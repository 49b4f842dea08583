import { describe, expect, test } from 'vitest';
import { History, type StepReport } from './history.ts';
import { MAXIMUM_GROUP_ROUNDS, MAXIMUM_LOSS_POINTS } from './limits.ts';

const at = (nowMs: number, bytes = 0) => ({ nowMs, bytes });

function report(round: number, step: number, loss: number, computeSeconds = 0.1): StepReport {
  return { round, step, discriminatorReal: loss, discriminatorFake: loss, generator: loss, computeSeconds };
}

describe('what a run remembers', () => {
  test('VIEW-1: losses are means over the devices of the step, each counted once, summed in the order of their ids', () => {
    const history = new History();
    history.beginStep({ round: 0, step: 0 }, ['a', 'b', 'c'], at(0));
    for (const [id, loss] of [
      ['c', 1e16],
      ['a', 1],
      ['b', -1e16],
      ['b', 7],
      ['stranger', 9],
    ] as const) {
      history.report(id, report(0, 0, loss));
    }
    history.endStep(at(100));
    history.settle();
    // 1 + -1e16 + 1e16 is 0 in doubles; another order gives 1.
    expect(history.losses).toEqual([
      { round: 0, step: 0, discriminatorReal: 0, discriminatorFake: 0, generator: 0 },
    ]);
  });

  test('VIEW-2: a report may come while the next step is under way, not later', () => {
    const history = new History();
    for (const step of [0, 1, 2]) history.beginStep({ round: 0, step }, ['a'], at(step));
    history.report('a', report(0, 0, 5));
    history.report('a', report(0, 1, 6));
    history.endStep(at(3));
    history.settle();
    expect(history.losses.map(({ step }) => step)).toEqual([1]);
  });

  test('VIEW-3: times are means of the last steps: in all, the body, the slowest device, bytes', () => {
    const history = new History();
    expect(history.meanTimes()).toBeUndefined();
    history.beginStep({ round: 0, step: 0 }, ['a', 'b'], at(1_000, 50));
    history.bodyComputed(0.5);
    history.bodyComputed(0.25);
    history.report('a', report(0, 0, 1, 0.2));
    history.report('b', report(0, 0, 1, 0.9));
    history.endStep(at(3_000, 250));
    history.settle();
    expect(history.meanTimes()).toEqual({
      totalSeconds: 2,
      bodySeconds: 0.75,
      deviceSeconds: 0.9,
      bytes: 200,
    });
  });

  test('VIEW-4: curves are bounded: old losses grow sparse, old rounds of groups are dropped', () => {
    const history = new History();
    for (let step = 0; step < 3 * MAXIMUM_LOSS_POINTS; step++) {
      history.beginStep({ round: 0, step }, ['a'], at(step));
      history.report('a', report(0, step, 1));
    }
    expect(history.losses.length).toBeLessThanOrEqual(MAXIMUM_LOSS_POINTS);
    expect(history.losses[0]?.step).toBe(0);
    const steps = history.losses.map(({ step }) => step);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    for (let round = 0; round < 2 * MAXIMUM_GROUP_ROUNDS; round++) history.roundCommitted(round, new Map());
    expect(history.groups).toHaveLength(MAXIMUM_GROUP_ROUNDS);
    expect(history.groups.at(-1)?.round).toBe(2 * MAXIMUM_GROUP_ROUNDS - 1);
  });

  test('JUDGE-9: counts of a round are added by group, and old rounds are dropped', () => {
    const history = new History();
    history.judgedBy(1, 1, { right: 1, total: 4 });
    history.judgedBy(1, 0, { right: 2, total: 8 });
    history.judgedBy(1, 1, { right: 3, total: 6 });
    expect(history.judged).toEqual([
      {
        round: 1,
        groups: [
          { cluster: 0, right: 2, total: 8, devices: 1 },
          { cluster: 1, right: 4, total: 10, devices: 2 },
        ],
      },
    ]);
    for (let round = 2; round < 300; round++) history.judgedBy(round, 0, { right: 0, total: 1 });
    expect(history.judged.map(({ round }) => round)).toEqual(Array.from({ length: 200 }, (_, i) => 100 + i));
  });

  test('VIEW-8: of devices that step by themselves, as many reports as there are devices are one point of the curve', () => {
    const history = new History();
    const losses = [1, 3, 5, 7, 9];
    for (const [step, loss] of losses.entries())
      history.reportAlone(step % 3 === 0 ? 'b' : 'a', report(0, step, loss), { round: 4, devices: 2 });
    expect(history.losses.map(({ round, step, generator }) => [round, step, generator])).toEqual([
      [4, 0, 2],
      [4, 1, 6],
      [4, 2, 9],
    ]);
    history.reportAlone('a', report(0, 9, 11), { round: 5, devices: 2 });
    expect(history.losses.at(-1)).toMatchObject({ round: 5, step: 0, generator: 11 });
  });

  test('VIEW-9: their step takes from its beginning to its update, whoever steps meanwhile', () => {
    const history = new History();
    history.beginAlone('a', at(0, 0));
    history.beginAlone('b', at(100, 10));
    history.bodyComputed(0.25, 'a');
    history.bodyComputed(0.5, 'b');
    history.endAlone('a', at(1_000, 400));
    expect(history.meanTimes()).toBeUndefined();
    history.reportAlone('a', report(0, 0, 1, 0.125), { round: 0, devices: 2 });
    const ofA = { totalSeconds: 1, bodySeconds: 0.25, deviceSeconds: 0.125, bytes: 400 };
    expect(history.meanTimes()).toEqual(ofA);
    // A second report of the same step, and one of a step that has not ended, are no times.
    history.reportAlone('a', report(0, 0, 1, 9), { round: 0, devices: 2 });
    history.reportAlone('b', report(0, 0, 1, 9), { round: 0, devices: 2 });
    expect(history.meanTimes()).toEqual(ofA);
    history.endAlone('b', at(3_100, 1_410));
    history.reportAlone('b', report(0, 0, 1, 0.375), { round: 0, devices: 2 });
    expect(history.meanTimes()).toEqual({
      totalSeconds: 2,
      bodySeconds: 0.375,
      deviceSeconds: 0.25,
      bytes: 900,
    });
  });

  test('VIEW-5: an abandoned round leaves no losses', () => {
    const history = new History();
    for (const round of [0, 1]) {
      history.beginStep({ round, step: 0 }, ['a'], at(0));
      history.report('a', report(round, 0, 1));
      history.endStep(at(1));
    }
    history.settle();
    history.forgetRoundsFrom(1);
    expect(history.losses.map(({ round }) => round)).toEqual([0]);
  });
});
