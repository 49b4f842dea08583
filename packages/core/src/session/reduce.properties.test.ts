import fc from 'fast-check';
import { assert, describe, expect, test } from 'vitest';
import { type Exchange, EXCHANGES } from '../architecture/index.ts';
import type { SessionEffect, SessionEvent } from './events.ts';
import { currentRound, idsWhere, isInRound, isWaiting, type SessionState } from './state.ts';
import { modelSettings, nextGoodEvent, SessionModel } from './testing/session-model.ts';

const IDS = ['a', 'b', 'c', 'd'];
const STEPS = 2;
const MINIMUM = 2;
/** Effects that one event may have with four devices; a loop would have more. */
const MAXIMUM_EFFECTS = 64;

/** Three numbers that become an event once the state is known, so that sequences shrink and reach deep states. */
type Choice = readonly [kind: number, which: number, small: number];

const choices = fc.array(fc.tuple(fc.nat(999), fc.nat(IDS.length), fc.nat(7)), {
  maxLength: 200,
  size: 'max',
});

/** Mostly what a good world would send; else a surprise: a late, repeated, early or foreign message, or a fault. */
function eventFor(state: SessionState, [kind, which, small]: Choice): SessionEvent {
  const id = IDS[which] ?? 'nobody';
  const round = Math.max(0, currentRound(state) + (small === 0 ? -1 : small === 1 ? 1 : 0));
  const { phase } = state;
  const step = phase.name === 'training' ? Math.max(0, phase.progress.step + (small === 2 ? -1 : 0)) : small;
  const exchange: Exchange =
    phase.name === 'training' && small > 3 ? phase.progress.exchange : (EXCHANGES[small % 6] ?? 1);
  const surprises: readonly SessionEvent[] = [
    { type: 'joined', id },
    { type: 'joined', id },
    { type: 'profiled', id },
    { type: 'profiled', id },
    { type: 'disconnected', id },
    { type: 'forgotten', id },
    { type: 'intent', id, intent: 'pause' },
    { type: 'intent', id, intent: 'resume' },
    { type: 'intent', id, intent: 'resume' },
    { type: 'intent', id, intent: 'finish' },
    { type: 'intent', id, intent: 'leave' },
    { type: 'ready', id, round },
    { type: 'planned', round, predictedStepSeconds: small },
    { type: 'up', id, round, step, exchange },
    { type: 'up', id, round, step, exchange },
    { type: 'step-failed', id, round, step },
    { type: 'step-failed', id, round, step },
    { type: 'body-done', round, step, exchange },
    { type: 'body-failed', reason: 'The body failed.' },
    { type: 'layers', id, round, usable: small > 3 },
    { type: 'committed', round },
    { type: 'commit-failed', round, reason: 'The disk is full.' },
    { type: 'deadline', name: state.deadline ?? 'none' },
    { type: 'deadline', name: state.deadline ?? 'none' },
    { type: 'deadline', name: `exchange/${round}/${step}/${exchange}` },
    { type: 'host', command: 'start' },
    { type: 'host', command: 'start' },
    { type: 'host', command: 'pause' },
    { type: 'host', command: small === 7 ? 'stop' : 'start' },
  ];
  const surprise = surprises[kind % surprises.length] ?? ({ type: 'host', command: 'start' } as const);
  return kind < 800 ? (nextGoodEvent(state) ?? surprise) : surprise;
}

/** Runs the choices through a model and hands every transition to `check`. */
function runThrough(
  model: SessionModel,
  sequence: readonly Choice[],
  check: (before: SessionState, event: SessionEvent, effects: readonly SessionEffect[]) => void,
): void {
  for (const choice of sequence) {
    const before = model.state;
    const event = eventFor(before, choice);
    check(before, event, model.send(event));
  }
}

/** A run that has been started and where three devices wait. */
function newModel(): SessionModel {
  const model = new SessionModel(modelSettings({ stepsPerRound: STEPS, minimumDevices: MINIMUM }));
  model.send({ type: 'host', command: 'start' });
  model.arrive('a', 'b', 'c');
  return model;
}

/** Asserts the property over many random sequences; a seed that once failed is given as an example. */
function holdsAlways(property: (sequence: readonly Choice[]) => void, seed: number): void {
  fc.assert(fc.property(choices, property), { seed, numRuns: 200 });
}

describe('whatever happens', () => {
  test('RUN-2: no round and no step begins with fewer devices than the minimum, and all who take part are here', () => {
    holdsAlways((sequence) => {
      const model = newModel();
      runThrough(model, sequence, (_before, _event, effects) => {
        for (const effect of effects) {
          if (effect.type === 'begin-step') assert.isAtLeast(effect.cohort.length, MINIMUM);
          if (effect.type === 'prepare' || effect.type === 'federate')
            assert.isAtLeast(effect.ids.length, MINIMUM);
        }
        const { phase } = model.state;
        if (phase.name !== 'training') return;
        const here = new Set(idsWhere(model.state, isInRound));
        for (const id of phase.progress.cohort) assert.ok(here.has(id), id);
      });
    }, 1);
  });

  test('STEPS-1: who is awaited and who has arrived are separate parts of the cohort', () => {
    holdsAlways((sequence) => {
      const model = newModel();
      runThrough(model, sequence, () => {
        const { phase } = model.state;
        if (phase.name !== 'training') return;
        const { cohort, awaited, arrived, computing } = phase.progress;
        for (const id of [...awaited, ...arrived]) assert.ok(cohort.has(id), id);
        for (const id of awaited) assert.ok(!arrived.has(id), id);
        // An exchange that nobody is awaited for is computed; else the step would wait for nothing.
        assert.ok(computing || awaited.size > 0);
      });
    }, 2);
  });

  test('STEPS-2: an exchange is computed once, in order, however often messages are repeated', () => {
    holdsAlways((sequence) => {
      let done = '';
      runThrough(newModel(), sequence, (_before, _event, effects) => {
        for (const effect of effects) {
          if (effect.type === 'prepare' || effect.type === 'abandon') done = '';
          if (effect.type !== 'run-exchange') continue;
          const place = [effect.round, effect.step, effect.exchange].map(String).join('/');
          assert.ok(place > done, `${place} after ${done}`);
          done = place;
        }
      });
    }, 3);
  });

  test('RUN-3: the committed round never falls and grows by one at a time, only by a commit of that round', () => {
    holdsAlways((sequence) => {
      const model = newModel();
      runThrough(model, sequence, (before, event) => {
        const grown = model.state.committedRound - before.committedRound;
        if (grown === 0) return;
        expect(grown).toBe(1);
        expect(before.phase).toEqual({ name: 'committing', round: model.state.committedRound });
        expect(event).toEqual({ type: 'committed', round: model.state.committedRound });
      });
    }, 4);
  });

  test('RUN-4: no effect names a device that the run does not know, and none is awaited that is gone', () => {
    holdsAlways((sequence) => {
      const model = newModel();
      runThrough(model, sequence, (before, event, effects) => {
        const known = new Set([...before.devices.keys(), ...model.state.devices.keys()]);
        if ('id' in event && !before.devices.has(event.id) && event.type !== 'joined') {
          expect(effects).toEqual([]);
          expect(model.state).toEqual(before);
        }
        for (const effect of effects) {
          // What a device brought counts even when it has left since.
          if (effect.type === 'federate') continue;
          const ids = 'ids' in effect ? effect.ids : 'cohort' in effect ? effect.cohort : [];
          for (const id of 'id' in effect ? [effect.id] : ids) assert.ok(known.has(id), id);
        }
        const { phase } = model.state;
        const awaited = 'awaited' in phase ? phase.awaited : [];
        for (const id of awaited) assert.ok(model.device(id)?.connected, id);
      });
    }, 5);
  });

  test('RUN-5: the state handed in is never changed', () => {
    holdsAlways((sequence) => {
      const model = newModel();
      let copy = structuredClone(model.state);
      runThrough(model, sequence, (before) => {
        expect(before).toEqual(copy);
        copy = structuredClone(model.state);
      });
    }, 6);
  });

  test('RUN-6: a finished run stays finished until the host starts it again', () => {
    holdsAlways((sequence) => {
      const model = newModel();
      runThrough(model, sequence, (before, event, effects) => {
        assert.isBelow(effects.length, MAXIMUM_EFFECTS);
        if (before.phase.name !== 'finished' || (event.type === 'host' && event.command === 'start')) return;
        assert.equal(model.state.phase.name, 'finished');
        assert.ok(effects.every(({ type }) => type === 'dismiss'));
      });
    }, 7);
  });

  test('STEPS-3: whatever the run waits for has a deadline, the last one that was started', () => {
    holdsAlways((sequence) => {
      const model = newModel();
      runThrough(model, sequence, () => {
        const { phase, deadline } = model.state;
        const waits = ['preparing', 'training', 'federating', 'committing', 'judging'].includes(phase.name);
        if (waits) assert.isDefined(deadline);
        if (deadline !== undefined) assert.equal(model.effectsOf('deadline').at(-1)?.name, deadline);
      });
    }, 8);
  });

  test('RUN-7: the run never waits for devices while enough are ready and nobody paused it', () => {
    holdsAlways((sequence) => {
      const model = newModel();
      runThrough(model, sequence, () => {
        const { phase, hostPause } = model.state;
        if (hostPause !== undefined) return;
        if (phase.name === 'waiting-for-devices')
          assert.isBelow(idsWhere(model.state, isWaiting).length, MINIMUM);
        if (phase.name === 'holding')
          expect(idsWhere(model.state, (device) => isInRound(device) && !device.paused).length).toBeLessThan(
            MINIMUM,
          );
      });
    }, 9);
  });

  test('RUN-8: from any state, once devices are back and do their part, the next round is committed', () => {
    holdsAlways((sequence) => {
      const model = newModel();
      runThrough(model, sequence, () => undefined);
      for (const id of IDS) model.send({ type: 'joined', id });
      model.send({ type: 'host', command: 'start' });
      const before = model.state.committedRound;
      model.goOnUntil(({ committedRound, phase }) => committedRound > before || phase.name === 'finished');
      const { committedRound, settings } = model.state;
      expect(committedRound).toBe(Math.min(before + 1, settings.rounds - 1));
    }, 10);
  });
});
