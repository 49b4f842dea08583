// Drives the reducer in tests: applies events, remembers effects, and finds the event that a good world would send.
import { runSettingsSchema, type RunSettings } from '../../protocol/index.ts';
import type { SessionEffect, SessionEvent } from '../events.ts';
import { reduce } from '../reduce.ts';
import { initialState, type SessionState } from '../state.ts';

/** Settings with few steps, rounds and devices. */
export function modelSettings(changes: Partial<RunSettings> = {}): RunSettings {
  return runSettingsSchema.parse({
    id: 'model',
    title: 'Model',
    classes: ['0', '1'],
    batch: 64,
    stepsPerRound: 2,
    rounds: 3,
    minimumDevices: 2,
    ...changes,
  });
}

/** A run without a world: what goes in are events, what comes out are effects. */
export class SessionModel {
  state: SessionState;
  readonly effects: SessionEffect[] = [];

  constructor(settings: RunSettings = modelSettings(), committedRound = -1) {
    this.state = initialState(settings, committedRound);
  }

  /** Applies events in order; returns the effects of these alone. */
  send(...events: readonly SessionEvent[]): SessionEffect[] {
    const found: SessionEffect[] = [];
    for (const event of events) {
      const { state, effects } = reduce(this.state, event);
      this.state = state;
      found.push(...effects);
    }
    this.effects.push(...found);
    return found;
  }

  /** Joins and profiles these devices. */
  arrive(...ids: readonly string[]): void {
    for (const id of ids) this.send({ type: 'joined', id }, { type: 'profiled', id });
  }

  /** Lets a good world answer until the condition holds; throws when nothing is left to answer. */
  goOnUntil(holds: (state: SessionState) => boolean): void {
    for (let events = 0; !holds(this.state); events++) {
      const next = nextGoodEvent(this.state);
      if (!next || events > 1_000) throw new Error(`nothing goes on in "${this.state.phase.name}"`);
      this.send(next);
    }
  }

  /** Brings the run to the given exchange of its next step; everybody is awaited there. */
  toExchange(exchange: number): void {
    this.goOnUntil(
      ({ phase }) =>
        phase.name === 'training' &&
        phase.progress.exchange === exchange &&
        phase.progress.arrived.size === 0 &&
        !phase.progress.computing,
    );
  }

  /** The deadline that counts now comes. */
  deadline(): SessionEffect[] {
    return this.send({ type: 'deadline', name: this.state.deadline ?? 'none' });
  }

  device(id: string) {
    return this.state.devices.get(id);
  }

  effectsOf<Type extends SessionEffect['type']>(type: Type): (SessionEffect & { type: Type })[] {
    return this.effects.filter((effect): effect is SessionEffect & { type: Type } => effect.type === type);
  }
}

/** What happens next when everybody does its part: one event, or nothing when all wait for people. */
export function nextGoodEvent(state: SessionState): SessionEvent | undefined {
  const { phase } = state;
  const unprofiled = [...state.devices.values()].find(
    ({ connected, stage }) => connected && stage.name === 'joined',
  );
  switch (phase.name) {
    case 'not-started':
    case 'finished':
    case 'holding':
      return undefined;
    case 'waiting-for-devices':
      if (unprofiled) return { type: 'profiled', id: unprofiled.id };
      return state.deadline === undefined ? undefined : { type: 'deadline', name: state.deadline };
    case 'preparing': {
      const [id] = phase.awaited;
      return id === undefined ? undefined : { type: 'ready', id, round: phase.round };
    }
    case 'training': {
      const { step, exchange, awaited, computing } = phase.progress;
      const at = { round: phase.round, step, exchange };
      if (computing) return { type: 'body-done', ...at };
      const [id] = awaited;
      return id === undefined ? undefined : { type: 'up', id, ...at };
    }
    case 'streaming': {
      const under = [...phase.streams.of].find(
        ([, { stage }]) => stage === 'computing' || stage === 'awaited',
      );
      if (!under) return undefined;
      const [id, { round, step, exchange, stage }] = under;
      return { type: stage === 'computing' ? 'body-done' : 'up', id, round, step, exchange };
    }
    case 'federating': {
      const [id] = phase.awaited;
      return id === undefined ? undefined : { type: 'layers', id, round: phase.round, usable: true };
    }
    case 'committing':
      return { type: 'committed', round: phase.round };
    case 'judging':
      return { type: 'judged', round: phase.round };
    default:
      return phase satisfies never;
  }
}
