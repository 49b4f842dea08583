import { describe, expect, test } from 'vitest';
import { PAUSED_BY_HOST } from './people.ts';
import { Staleness } from './staleness.ts';
import { currentStep, standingOf } from './standing.ts';
import { streamsOf } from './streams.ts';
import { SessionModel, modelSettings } from './testing/session-model.ts';

/** A round of streams of these devices, two local iterations each. */
function streaming(ids: readonly string[], changes: Parameters<typeof modelSettings>[0] = {}): SessionModel {
  const model = new SessionModel(
    modelSettings({ strategy: 'fr-async', minimumDevices: 1, stepsPerRound: 2, rounds: 3, ...changes }),
  );
  for (const id of ids) join(model, id);
  model.send({ type: 'host', command: 'start' });
  for (const id of ids) model.send({ type: 'ready', id, round: 0 });
  return model;
}

function join(model: SessionModel, id: string): void {
  model.send({ type: 'joined', id });
  model.send({ type: 'profiled', id });
}

function streamOf(model: SessionModel, id: string) {
  return streamsOf(model.state.phase)?.of.get(id);
}

/** The device's next message, and the body's answer to it. */
function up(model: SessionModel, id: string) {
  const { round = 0, step = 0, exchange = 1 } = streamOf(model, id) ?? {};
  return model.send({ type: 'up', id, round, step, exchange });
}

function answer(model: SessionModel, id: string) {
  const { round = 0, step = 0, exchange = 1 } = streamOf(model, id) ?? {};
  return model.send({ type: 'body-done', id, round, step, exchange });
}

/** A whole step of one device. */
function step(model: SessionModel, id: string): void {
  for (let exchange = 1; exchange <= 2; exchange++) {
    up(model, id);
    answer(model, id);
  }
}

describe('devices that answer one by one', () => {
  test('TIER-12: nobody waits: one device steps on while another computes, and the updates of both end the round', () => {
    const model = streaming(['a', 'b']);
    expect(model.effectsOf('begin-step').map(({ cohort }) => cohort)).toEqual([['a'], ['b']]);
    for (let i = 0; i < 3; i++) step(model, 'a');
    expect(streamOf(model, 'a')).toMatchObject({ step: 3, stage: 'awaited' });
    expect(streamOf(model, 'b')).toMatchObject({ step: 0, exchange: 1, stage: 'awaited' });
    expect(model.state.phase.name).toBe('streaming');
    step(model, 'b');
    // Two iterations of two devices: four updates.
    expect(model.state.phase).toMatchObject({ name: 'committing', round: 0 });
    expect(model.effectsOf('federate')).toEqual([{ type: 'federate', round: 0, ids: ['a', 'b'] }]);
  });

  test('TIER-13: what comes while a round is committed counts in the next, and what is under way goes on', () => {
    const model = streaming(['a', 'b']);
    up(model, 'b');
    answer(model, 'b');
    for (let i = 0; i < 4; i++) step(model, 'a');
    expect(model.state.phase.name).toBe('committing');
    up(model, 'b');
    expect(streamOf(model, 'b')).toMatchObject({ step: 0, exchange: 2, stage: 'arrived' });
    model.send({ type: 'committed', round: 0 });
    expect(model.state.phase).toMatchObject({
      name: 'streaming',
      round: 1,
      streams: { updates: 0, target: 4 },
    });
    const last = model.effects.slice(-4).map(({ type }) => type);
    expect(model.effectsOf('go-on')).toEqual([{ type: 'go-on', round: 1 }]);
    expect(last).toContain('run-exchange');
    expect(streamOf(model, 'b')?.stage).toBe('computing');
    answer(model, 'b');
    expect(model.state.phase).toMatchObject({ streams: { updates: 1 } });
    // A message goes by the round in which the device was given its part.
    expect(streamOf(model, 'b')).toMatchObject({ round: 0, step: 1 });
  });

  test('VIEW-10: steps of an asynchronous round are updates out of those that end it, also when a device has left', () => {
    const model = streaming(['a', 'b'], { stepsPerRound: 4 });
    expect(currentStep(model.state)).toBe(0);
    for (let i = 0; i < 5; i++) step(model, 'a');
    expect(currentStep(model.state)).toBe(2);
    model.send({ type: 'disconnected', id: 'b' });
    for (let i = 0; i < 2; i++) step(model, 'a');
    expect(currentStep(model.state)).toBe(3);
    expect(standingOf(model.state, 'a')).toMatchObject({ standing: 'training', step: 3, stepsPerRound: 4 });
    step(model, 'a');
    expect(model.state.phase.name).toBe('committing');
  });

  test('TIER-30: it begins with the minimum that is ready; who is ready later joins, and counts in the updates that end it', () => {
    const model = streaming([], { minimumDevices: 2 });
    for (const id of ['a', 'b', 'c']) join(model, id);
    // The first two that came are enough to prepare: the third is given its part with the next round.
    expect(model.effectsOf('prepare')).toMatchObject([{ round: 0, ids: ['a', 'b'] }]);
    model.send({ type: 'ready', id: 'a', round: 0 });
    expect(model.state.phase.name).toBe('preparing');
    model.send({ type: 'ready', id: 'b', round: 0 });
    expect(model.state.phase).toMatchObject({ name: 'streaming', streams: { target: 4 } });
  });

  test('TIER-30: a slow one holds nobody up, and joins with the part it was given: in mid-round, in a later round, in a commit', () => {
    for (const when of ['at once', 'while committing', 'a round later'] as const) {
      const model = new SessionModel(
        modelSettings({ strategy: 'fr-async', minimumDevices: 1, stepsPerRound: 2, rounds: 4 }),
      );
      for (const id of ['a', 'slow']) join(model, id);
      model.send({ type: 'host', command: 'start' }, { type: 'ready', id: 'a', round: 0 });
      expect(streamOf(model, 'a')).toMatchObject({ step: 0, stage: 'awaited' });
      expect(model.state.phase).toMatchObject({ name: 'streaming', streams: { target: 4 } });
      if (when !== 'at once') for (let i = 0; i < 4; i++) step(model, 'a');
      if (when === 'a round later') model.send({ type: 'committed', round: 0 });
      model.send({ type: 'ready', id: 'slow', round: 0 });
      if (when === 'while committing') {
        expect(streamOf(model, 'slow')).toMatchObject({ stage: 'resting' });
        model.send({ type: 'committed', round: 0 });
      }
      // Its messages travel under the round in which it was given its part.
      expect(streamOf(model, 'slow')).toEqual({ round: 0, step: 0, exchange: 1, stage: 'awaited' });
      step(model, 'slow');
      expect(streamOf(model, 'slow')).toMatchObject({ round: 0, step: 1 });
    }
  });

  test('TIER-14: the same message twice, one of another step and one out of turn change nothing', () => {
    const model = streaming(['a', 'b']);
    up(model, 'a');
    const { state } = model;
    for (const other of [{ step: 0 }, { step: 1 }, { step: 0, exchange: 2 }] as const)
      expect(model.send({ type: 'up', id: 'a', round: 0, exchange: 1, ...other })).toEqual([]);
    expect(model.state).toEqual(state);
  });

  test('TIER-14: a gradient or score that cannot be used costs the step; three in a row the round', () => {
    const model = streaming(['a', 'b']);
    for (const failed of [0, 1, 2]) {
      expect(streamOf(model, 'a')).toMatchObject({ step: failed, stage: 'awaited' });
      model.send({ type: 'step-failed', id: 'a', round: 0, step: failed });
    }
    expect(model.effectsOf('missed')).toHaveLength(3);
    expect(streamOf(model, 'a')).toBeUndefined();
    step(model, 'b');
    expect(model.state.phase).toMatchObject({ name: 'streaming', streams: { updates: 1 } });
  });

  test('TIER-14: one that disconnects in mid-step is missed by nobody, and comes back in the next round', () => {
    const model = streaming(['a', 'b']);
    up(model, 'a');
    model.send({ type: 'disconnected', id: 'a' });
    expect(streamOf(model, 'a')).toBeUndefined();
    // The body's answer to it comes too late.
    model.send({ type: 'body-done', id: 'a', round: 0, step: 0, exchange: 1 });
    join(model, 'a');
    for (let i = 0; i < 4; i++) step(model, 'b');
    model.send({ type: 'committed', round: 0 });
    expect(model.effectsOf('prepare').at(-1)).toEqual({
      type: 'prepare',
      round: 1,
      ids: ['a'],
      isUnderWay: true,
    });
    expect(streamOf(model, 'b')?.stage).toBe('awaited');
    model.send({ type: 'ready', id: 'a', round: 1 });
    expect(streamOf(model, 'a')).toEqual({ round: 1, step: 0, exchange: 1, stage: 'awaited' });
  });

  test('TIER-14: one that was benched twice is tried again in the next round', () => {
    const model = streaming(['a', 'b'], { stepsPerRound: 4 });
    const fail = (round: number) => {
      for (let i = 0; i < 3; i++) {
        const { step: failed = 0 } = streamOf(model, 'a') ?? {};
        model.send({ type: 'step-failed', id: 'a', round, step: failed });
      }
    };
    fail(0);
    model.send({ type: 'profiled', id: 'a' });
    for (let i = 0; i < 8; i++) step(model, 'b');
    model.send({ type: 'committed', round: 0 }, { type: 'ready', id: 'a', round: 1 });
    fail(1);
    expect(model.device('a')?.stage).toMatchObject({ name: 'watching', untilRound: 2 });
    for (let i = 0; i < 4; i++) step(model, 'b');
    model.send({ type: 'committed', round: 1 });
    expect(model.effectsOf('prepare').at(-1)).toMatchObject({ round: 2, ids: ['a'], isUnderWay: true });
  });

  test('TIER-15: a commit that fails undoes the round, and Start begins it anew with everybody', () => {
    const model = streaming(['a', 'b']);
    for (let i = 0; i < 4; i++) step(model, 'a');
    model.send({ type: 'commit-failed', round: 0, reason: 'the disk is full' });
    expect(model.state.hostPause).toBe('the disk is full');
    expect(model.effectsOf('abandon')).toHaveLength(1);
    model.send({ type: 'host', command: 'start' });
    expect(model.effectsOf('prepare').at(-1)).toEqual({ type: 'prepare', round: 0, ids: ['a', 'b'] });
  });

  test('TIER-14: the last one that leaves undoes the round', () => {
    const model = streaming(['a']);
    step(model, 'a');
    model.send({ type: 'disconnected', id: 'a' });
    expect(model.state.phase.name).toBe('waiting-for-devices');
    expect(model.effectsOf('abandon')).toHaveLength(1);
  });

  test('TIER-15: a pause lets what is under way come to its end and begins nothing; Start goes on', () => {
    const model = streaming(['a', 'b']);
    model.send({ type: 'host', command: 'pause' });
    step(model, 'a');
    expect(streamOf(model, 'a')?.stage).toBe('resting');
    expect(model.state.hostPause).toBe(PAUSED_BY_HOST);
    model.send({ type: 'host', command: 'start' });
    expect(streamOf(model, 'a')).toMatchObject({ step: 1, stage: 'awaited' });
    model.send({ type: 'intent', id: 'a', intent: 'pause' });
    expect(streamOf(model, 'a')?.stage).toBe('resting');
    model.send({ type: 'intent', id: 'a', intent: 'resume' });
    expect(streamOf(model, 'a')).toMatchObject({ step: 2, stage: 'awaited' });
  });

  test('TIER-15: Stop ends the round with the next update, and the run with its commit', () => {
    const model = streaming(['a', 'b']);
    model.send({ type: 'host', command: 'stop' });
    step(model, 'b');
    expect(model.state.phase.name).toBe('committing');
    model.send({ type: 'committed', round: 0 });
    expect(model.state.phase.name).toBe('finished');
  });

  test('TIER-15: when nobody answers for a minute all who are awaited have missed their step', () => {
    const model = streaming(['a', 'b']);
    model.deadline();
    expect(model.effectsOf('missed').map(({ id }) => id)).toEqual(['a', 'b']);
    expect(streamOf(model, 'a')).toMatchObject({ step: 1, stage: 'awaited' });
  });

  test('TIER-15: a body that fails undoes the round and pauses the run with the reason', () => {
    const model = streaming(['a']);
    model.send({ type: 'body-failed', reason: 'no memory' });
    expect(model.state.hostPause).toBe('no memory');
    expect(model.effectsOf('abandon')).toHaveLength(1);
  });
});

describe('the age of an answer', () => {
  test('TIER-16: by version: updates since its samples were drawn, over the number of devices', () => {
    const age = new Staleness('version');
    age.drawn('a');
    expect(age.at('a', 0, 3)).toBe(0);
    for (const nowMs of [10, 20, 30]) age.updated(nowMs);
    expect(age.at('a', 30, 3)).toBe(1);
    age.drawn('a');
    expect(age.at('a', 40, 3)).toBe(0);
  });

  test('TIER-16: by time, as printed: since the last update, in mean update periods', () => {
    const age = new Staleness('time');
    age.drawn('a');
    expect(age.at('a', 5, 3)).toBe(0);
    for (const nowMs of [10, 30, 50]) age.updated(nowMs);
    expect(age.at('a', 60, 3)).toBeCloseTo(0.5, 12);
    expect(age.at('a', 50, 3)).toBe(0);
  });
});
