import { describe, expect, test } from 'vitest';
import type { SessionEvent } from './events.ts';
import {
  BENCH_REST_MS,
  BODY_DEADLINE_MS,
  COMMIT_DEADLINE_MS,
  LAYERS_DEADLINE_MS,
  MINIMUM_EXCHANGE_DEADLINE_MS,
  PREPARE_DEADLINE_MS,
} from './limits.ts';
import { standingOf } from './standing.ts';
import { modelSettings, SessionModel } from './testing/session-model.ts';

/** A started run of these devices; with two or more a round is in preparation. */
function startedWith(...ids: readonly string[]): SessionModel {
  const model = new SessionModel();
  model.arrive(...ids);
  model.send({ type: 'host', command: 'start' });
  return model;
}

/** The same with everybody awaited in the given exchange of the first step. */
function trainingWith(ids: readonly string[], exchange = 1): SessionModel {
  const model = startedWith(...ids);
  model.toExchange(exchange);
  return model;
}

function up(id: string, exchange: 1 | 2 | 3 | 4 | 5 | 6 = 1, step = 0): SessionEvent {
  return { type: 'up', id, round: 0, step, exchange };
}

describe('the reducer', () => {
  test('RUN-10: rounds begin when the host wants it and the minimum waits, with everybody who waits by then', () => {
    const model = new SessionModel();
    model.arrive('a', 'b', 'c');
    expect(model.effects).toEqual([]);
    expect(model.send({ type: 'host', command: 'start' })).toEqual([
      { type: 'prepare', round: 0, ids: ['a', 'b', 'c'] },
      { type: 'deadline', name: 'prepare/0', afterMs: PREPARE_DEADLINE_MS },
    ]);
    const few = startedWith('a');
    expect(few.state.phase.name).toBe('waiting-for-devices');
    few.arrive('b');
    expect(few.state.phase.name).toBe('preparing');
  });

  test('RUN-11: who is not ready in time is left behind and checked again; the round begins with the others', () => {
    const model = startedWith('a', 'b', 'c');
    model.send({ type: 'ready', id: 'a', round: 0 }, { type: 'ready', id: 'b', round: 0 });
    model.deadline();
    expect(model.effectsOf('begin-step')).toEqual([
      { type: 'begin-step', round: 0, step: 0, cohort: ['a', 'b'] },
    ]);
    expect(model.device('c')).toMatchObject({ stage: { name: 'joined' }, strikes: 1 });
  });

  test('STEPS-4: an exchange waits for the larger of 5 s and twice the predicted step', () => {
    const deadlines = [0, 2, 4].map((predictedStepSeconds) => {
      const model = startedWith('a', 'b');
      model.send({ type: 'planned', round: 0, predictedStepSeconds });
      model.toExchange(1);
      return model.effectsOf('deadline').at(-1)?.afterMs;
    });
    expect(deadlines).toEqual([MINIMUM_EXCHANGE_DEADLINE_MS, MINIMUM_EXCHANGE_DEADLINE_MS, 8_000]);
  });

  test('STEPS-5: the exchange is computed when the last device has answered, in the order of their ids', () => {
    const model = trainingWith(['a', 'b', 'c']);
    expect(model.send(up('c'), up('a'), up('a'))).toEqual([]);
    expect(model.send(up('b'))).toEqual([
      { type: 'run-exchange', round: 0, step: 0, exchange: 1, ids: ['a', 'b', 'c'], features: false },
      { type: 'deadline', name: 'body/0/0/1', afterMs: BODY_DEADLINE_MS },
    ]);
  });

  test('STEPS-6: at the deadline those awaited have missed; nobody else waits, and three misses in a row are a strike', () => {
    const model = trainingWith(['a', 'b', 'c'], 2);
    model.send(up('a', 2), up('b', 2));
    const effects = model.deadline();
    expect(effects.slice(0, 2)).toMatchObject([
      { type: 'missed', id: 'c', round: 0, step: 0, exchange: 2 },
      { type: 'run-exchange', ids: ['a', 'b'] },
    ]);
    expect(model.device('c')).toMatchObject({ missesInARow: 1, stage: { name: 'in-round' } });
  });

  test('STEPS-7: when everybody has missed, the step is dropped and the next one begins', () => {
    const model = trainingWith(['a', 'b']);
    expect(model.deadline().map(({ type }) => type)).toEqual([
      'missed',
      'missed',
      'drop-step',
      'begin-step',
      'deadline',
    ]);
    expect(model.effectsOf('begin-step').at(-1)).toMatchObject({ step: 1 });
  });

  test('STEPS-19: a round in which no device came to the end of a step is given up, not committed', () => {
    const model = trainingWith(['a', 'b']);
    const fail = (step: number) =>
      (['a', 'b'] as const).forEach((id) => model.send({ type: 'step-failed', id, round: 0, step }));
    fail(0);
    expect(model.effectsOf('abandon')).toEqual([]);
    fail(1);
    expect(model.effectsOf('abandon')).toEqual([
      { type: 'abandon', round: 0, reason: 'no device came to the end of a step' },
    ]);
    expect(model.effectsOf('request-layers')).toEqual([]);
    // It is tried again, and one step that one device ends is enough.
    model.toExchange(1);
    fail(0);
    model.send({ type: 'step-failed', id: 'a', round: 0, step: 1 });
    model.goOnUntil(({ committedRound }) => committedRound === 0);
    expect(model.state.setbacks).toMatchObject({ rounds: 0 });
  });

  test('STEPS-8: cluster features are taken in the first exchange of the steps that make the round’s last 64 images', () => {
    const featured = (batch: number) => {
      const model = new SessionModel(modelSettings({ batch, stepsPerRound: 6, rounds: 1 }));
      model.send({ type: 'host', command: 'start' });
      model.arrive('a', 'b');
      model.goOnUntil(({ phase }) => phase.name === 'finished');
      const taken = model.effectsOf('run-exchange').filter(({ features }) => features);
      return taken.map(({ step, exchange }) => [step, exchange]);
    };
    expect(featured(64)).toEqual([[5, 1]]);
    expect(featured(16)).toEqual([2, 3, 4, 5].map((step) => [step, 1]));
  });

  test('STEPS-8: when the host stops early, the last step gives features', () => {
    const stopped = new SessionModel(modelSettings({ stepsPerRound: 100 }));
    stopped.send({ type: 'host', command: 'start' });
    stopped.arrive('a', 'b');
    stopped.toExchange(3);
    stopped.send({ type: 'host', command: 'stop' });
    stopped.goOnUntil(({ phase }) => phase.name === 'finished');
    expect(stopped.state.committedRound).toBe(0);
    expect(stopped.effectsOf('begin-step').map(({ step }) => step)).toEqual([0, 1]);
    expect(stopped.effectsOf('run-exchange').filter(({ features }) => features)).toMatchObject([{ step: 1 }]);
  });

  test('STEPS-9: what a lost device sent for this exchange is left out', () => {
    const model = trainingWith(['a', 'b', 'c']);
    model.send(up('c'), { type: 'intent', id: 'c', intent: 'pause' });
    expect(model.send(up('a'), up('b'))[0]).toMatchObject({ type: 'run-exchange', ids: ['a', 'b'] });
  });

  test('RUN-12: a second strike is the bench until the next round; a round finished well takes a strike off', () => {
    const model = new SessionModel(modelSettings({ stepsPerRound: 5 }));
    model.arrive('a', 'b', 'c');
    model.send({ type: 'host', command: 'start' });
    const missThreeIn = (round: number) => {
      for (const step of [0, 1, 2]) {
        model.goOnUntil(
          ({ phase }) => phase.name === 'training' && phase.round === round && phase.progress.step === step,
        );
        model.send({ type: 'step-failed', id: 'c', round, step });
      }
    };
    missThreeIn(0);
    expect(model.device('c')).toMatchObject({ strikes: 1, stage: { name: 'joined' } });
    model.send({ type: 'profiled', id: 'c' });
    missThreeIn(1);
    expect(model.device('c')).toMatchObject({
      strikes: 2,
      stage: {
        name: 'watching',
        untilRound: 2,
        reason: 'this device is too slow for the current pace; it is tried again next round',
      },
    });
    model.goOnUntil(({ phase }) => phase.name === 'training' && phase.round === 2);
    expect(model.device('c')?.stage.name).toBe('in-round');
    model.goOnUntil(({ phase }) => phase.name === 'finished');
    expect(model.device('c')?.strikes).toBe(1);
  });

  test('RUN-13: a bench without which the run cannot go on rests half a minute and is tried again', () => {
    const model = startedWith('a', 'b');
    for (let strike = 0; strike < 2; strike++) {
      model.send({ type: 'ready', id: 'a', round: 0 });
      model.deadline();
      model.send({ type: 'profiled', id: 'b' });
    }
    expect(model.state.phase.name).toBe('waiting-for-devices');
    expect(model.device('b')?.stage.name).toBe('watching');
    expect(model.effectsOf('deadline').at(-1)).toEqual({
      type: 'deadline',
      name: 'bench/0',
      afterMs: BENCH_REST_MS,
    });
    model.deadline();
    expect(model.state.phase.name).toBe('preparing');
  });

  test('RUN-14: layers that come too late are left out; with fewer than the minimum the round is abandoned', () => {
    const model = trainingWith(['a', 'b', 'c']);
    model.goOnUntil(({ phase }) => phase.name === 'federating');
    expect(model.effectsOf('deadline').at(-1)?.afterMs).toBe(LAYERS_DEADLINE_MS);
    model.send({ type: 'layers', id: 'a', round: 0, usable: true });
    model.send({ type: 'layers', id: 'b', round: 0, usable: true });
    expect(model.deadline()).toEqual([
      { type: 'federate', round: 0, ids: ['a', 'b'] },
      { type: 'deadline', name: 'commit/0', afterMs: COMMIT_DEADLINE_MS },
    ]);
    const few = trainingWith(['a', 'b']);
    few.goOnUntil(({ phase }) => phase.name === 'federating');
    few.send({ type: 'layers', id: 'a', round: 0, usable: true });
    expect(few.send({ type: 'layers', id: 'b', round: 0, usable: false })[0]).toEqual({
      type: 'abandon',
      round: 0,
      reason: 'too few devices sent their layers',
    });
  });

  test('RUN-15: a body or a store that does not answer in time pauses the run with the reason and undoes the round', () => {
    const body = trainingWith(['a', 'b']);
    body.send(up('a'), up('b'));
    body.deadline();
    expect(body.state).toMatchObject({
      phase: { name: 'waiting-for-devices' },
      hostPause: 'The body did not answer in time.',
    });
    const store = trainingWith(['a', 'b']);
    store.goOnUntil(({ phase }) => phase.name === 'committing');
    store.deadline();
    expect(store.state).toMatchObject({
      phase: { name: 'waiting-for-devices' },
      hostPause: 'The checkpoint was not written in time.',
      committedRound: -1,
      setbacks: { rounds: 0 },
    });
    // What is written after all is of a round that is over.
    store.send({ type: 'committed', round: 0 });
    expect(store.state.committedRound).toBe(-1);
  });

  test('RUN-16: a body that fails while a round is committed pauses the run after the commit', () => {
    const model = trainingWith(['a', 'b']);
    model.goOnUntil(({ phase }) => phase.name === 'committing');
    model.send({ type: 'body-failed', reason: 'It is gone.' }, { type: 'committed', round: 0 });
    expect(model.state).toMatchObject({ committedRound: 0, hostPause: 'It is gone.' });
    expect(model.effectsOf('abandon')).toEqual([]);
  });

  test('JUDGE-12: the judging of the last round ends by its deadline, by Stop, or without the body', () => {
    const judging = () => {
      const settings = modelSettings({ rounds: 1, heldOutShare: 0.1, judgeEveryRounds: 5 });
      const model = new SessionModel(settings);
      model.arrive('a', 'b');
      model.send({ type: 'host', command: 'start' });
      model.goOnUntil(({ phase }) => phase.name === 'judging');
      expect(model.state.committedRound).toBe(0);
      return model;
    };
    const late = judging();
    late.deadline();
    const stopped = judging();
    stopped.send({ type: 'host', command: 'stop' });
    const answered = judging();
    answered.send({ type: 'body-failed', reason: 'It is gone.' }, { type: 'judged', round: 0 });
    for (const model of [late, stopped, answered]) {
      expect(model.state.phase).toEqual({ name: 'finished' });
      expect(model.effectsOf('keep-figures')).toEqual([{ type: 'keep-figures', round: 0 }]);
      expect(model.effectsOf('abandon')).toEqual([]);
    }
    const other = judging();
    other.send({ type: 'judged', round: 7 });
    expect(other.state.phase.name).toBe('judging');
  });

  test('RUN-17: Start after Stop takes the stop back (seed 5010)', () => {
    const model = trainingWith(['a', 'b']);
    model.send({ type: 'host', command: 'stop' }, { type: 'host', command: 'start' });
    model.goOnUntil(({ committedRound }) => committedRound === 0);
    expect(model.state.phase.name).toBe('preparing');
  });

  test('RUN-18: Stop ends a held round with one more step where devices are there, and undoes it where not', () => {
    const held = trainingWith(['a', 'b'], 6);
    held.send({ type: 'host', command: 'pause' });
    held.goOnUntil(({ phase }) => phase.name === 'holding');
    held.send({ type: 'host', command: 'stop' });
    held.goOnUntil(({ phase }) => phase.name === 'finished');
    expect(held.state.committedRound).toBe(0);
    const deserted = trainingWith(['a', 'b'], 6);
    deserted.send({ type: 'intent', id: 'a', intent: 'pause' });
    deserted.goOnUntil(({ phase }) => phase.name === 'holding');
    deserted.send({ type: 'host', command: 'stop' });
    expect(deserted.state).toMatchObject({ phase: { name: 'finished' }, committedRound: -1 });
  });

  test('RUN-19: a run that has all its rounds is finished, and Start changes nothing', () => {
    const model = new SessionModel(modelSettings({ rounds: 2 }), 1);
    expect(model.send({ type: 'host', command: 'start' })).toEqual([]);
    expect(model.state.phase.name).toBe('finished');
  });
});

describe('standings', () => {
  test('VIEW-6: a device reads where it stands, whatever the run does', () => {
    const model = new SessionModel();
    const standing = (id: string) => standingOf(model.state, id);
    expect(standing('a')).toBeUndefined();
    model.send({ type: 'joined', id: 'a' });
    expect(standing('a')).toEqual({ standing: 'speed-check-wanted' });
    model.arrive('a');
    expect(standing('a')).toEqual({ standing: 'not-started' });
    model.send({ type: 'host', command: 'start' });
    expect(standing('a')).toEqual({ standing: 'waiting-for-devices', here: 1, needed: 2 });
    model.arrive('b');
    expect(standing('a')).toEqual({ standing: 'preparing', round: 0 });
    model.arrive('late');
    const later = { standing: 'waiting-for-round', round: 0, stepsPerRound: 2 };
    expect(standing('late')).toEqual({ ...later, step: 0 });
    model.toExchange(1);
    expect(standing('a')).toEqual({ standing: 'training', round: 0, step: 0, stepsPerRound: 2 });
    model.send({ type: 'intent', id: 'late', intent: 'pause' });
    expect(standing('late')).toEqual({ standing: 'paused', by: 'device' });
    model.send({ type: 'intent', id: 'late', intent: 'resume' });
    model.goOnUntil(({ phase }) => phase.name === 'federating');
    expect(standing('a')).toEqual({ standing: 'federating', round: 0 });
    expect(standing('late')).toEqual({ ...later, step: 2 });
    model.send({ type: 'host', command: 'pause' });
    model.goOnUntil(({ phase }) => phase.name === 'waiting-for-devices');
    expect(standing('a')).toEqual({ standing: 'paused', by: 'host' });
    model.send({ type: 'host', command: 'stop' });
    expect(standing('a')).toEqual({ standing: 'finished', rounds: 1 });
  });
});
