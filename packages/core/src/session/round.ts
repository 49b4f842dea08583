// How a round begins, ends, commits and is abandoned.
import { judgesAfter, type RunSettings } from '../protocol/index.ts';
import { isAsynchronous } from '../strategy/index.ts';
import type { Draft } from './draft.ts';
import {
  BENCH_REST_MS,
  CLOUD_ANSWER_MS,
  COMMIT_DEADLINE_MS,
  JUDGING_DEADLINE_MS,
  LAYERS_DEADLINE_MS,
  PREPARE_DEADLINE_MS,
} from './limits.ts';
import {
  currentRound,
  idsWhere,
  isBenched,
  isInRound,
  isWaiting,
  type SessionDevice,
  type Streams,
} from './state.ts';
import { NO_SETBACKS } from './setbacks.ts';
import { beginStep } from './step.ts';
import { beginStreams } from './streams.ts';

/** Begins the next round when the host wants it and enough devices wait. */
export function beginRoundIfPossible(draft: Draft): void {
  const { state } = draft;
  if (state.phase.name !== 'waiting-for-devices' || state.hostPause !== undefined) return;
  const round = state.committedRound + 1;
  leaveBench(draft, round);
  const ids = idsWhere(draft.state, isWaiting);
  if (ids.length < state.settings.minimumDevices) {
    restBench(draft, ids.length);
    return;
  }
  for (const id of ids) draft.device(id, { stage: { name: 'preparing' } });
  draft.set({ stepsDone: 0 });
  draft.enter({ name: 'preparing', round, awaited: new Set(ids) });
  draft.emit({ type: 'prepare', round, ids });
  draft.deadline(`prepare/${round}`, PREPARE_DEADLINE_MS);
}

/** Who sat out until this round may take part in it. */
function leaveBench(draft: Draft, round: number): void {
  draft.devicesWhere(({ stage }) => stage.name === 'watching' && stage.untilRound <= round, {
    stage: { name: 'waiting' },
  });
}

/** A round that never commits would keep the bench for ever: where only the benched are missing, they rest a while. */
function restBench(draft: Draft, waiting: number): void {
  const { state } = draft;
  const name = `bench/${currentRound(state)}`;
  const enough = waiting + idsWhere(state, isBenched).length >= state.settings.minimumDevices;
  if (enough && state.deadline !== name) draft.deadline(name, BENCH_REST_MS);
}

/** The bench has rested: everybody on it is tried again. */
export function clearBench(draft: Draft): void {
  draft.devicesWhere(isBenched, { stage: { name: 'waiting' } });
  beginRoundIfPossible(draft);
}

/**
 * A device is ready, or no longer awaited: the first step begins when nobody is awaited any more. Where devices do not wait
 * for each other, those of the minimum that are ready begin, and the others join as they come.
 */
export function settlePreparation(draft: Draft, id: string): void {
  const { phase } = draft;
  if (phase.name !== 'preparing' || !phase.awaited.has(id)) return;
  const awaited = new Set(phase.awaited);
  awaited.delete(id);
  draft.set({ phase: { ...phase, awaited } });
  const { settings } = draft.state;
  const isEnough =
    isAsynchronous(settings.strategy) && idsWhere(draft.state, isInRound).length >= settings.minimumDevices;
  if (awaited.size === 0 || isEnough) beginStep(draft, phase.round, 0);
}

/** The time to prepare is over: the round begins with those who are ready. */
export function endPreparation(draft: Draft): void {
  const { phase } = draft;
  if (phase.name !== 'preparing') return;
  for (const id of phase.awaited) bench(draft, id, 'this device was not ready in time; it is tried again');
  beginStep(draft, phase.round, 0);
}

/** Abandons the round where so many have gone that it cannot go on. */
export function abandonIfTooFew(draft: Draft): void {
  const { phase, state } = draft;
  const { name } = phase;
  if (name !== 'preparing' && name !== 'training' && name !== 'streaming' && name !== 'holding') return;
  const remaining = idsWhere(state, (device) => isInRound(device) || device.stage.name === 'preparing');
  if (remaining.length < state.settings.minimumDevices) {
    abandonRound(draft, 'fewer devices than the minimum remain');
  }
}

/** All steps are done: every device of the round sends its layers. */
export function beginFederation(draft: Draft, round: number): void {
  const ids = idsWhere(draft.state, isInRound);
  draft.enter({ name: 'federating', round, awaited: new Set(ids), arrived: new Set() });
  draft.emit({ type: 'request-layers', round, ids });
  draft.deadline(`federate/${round}`, LAYERS_DEADLINE_MS);
}

/** A device's layers came (`came`), or will not come. */
export function settleLayers(draft: Draft, id: string, came: boolean): void {
  const { phase } = draft;
  if (phase.name !== 'federating' || !phase.awaited.has(id)) return;
  const awaited = new Set(phase.awaited);
  awaited.delete(id);
  const arrived = came ? new Set(phase.arrived).add(id) : phase.arrived;
  draft.set({ phase: { ...phase, awaited, arrived } });
  if (awaited.size === 0) endFederation(draft);
}

/** Averages what came; with fewer than the minimum the round is abandoned. */
export function endFederation(draft: Draft): void {
  const { phase, state } = draft;
  if (phase.name !== 'federating') return;
  for (const id of phase.awaited) draft.device(id, { stage: { name: 'waiting' } });
  if (phase.arrived.size < state.settings.minimumDevices) {
    abandonRound(draft, 'too few devices sent their layers');
    return;
  }
  draft.enter({ name: 'committing', round: phase.round });
  draft.emit({ type: 'federate', round: phase.round, ids: [...phase.arrived].sort() });
  draft.deadline(`commit/${phase.round}`, commitDeadlineMs(state.settings));
}

/** Enough updates are made: the round is committed with the devices that are in it, whatever they are doing. */
export function beginCommit(draft: Draft): void {
  const { phase, state } = draft;
  if (phase.name !== 'streaming') return;
  const { round, streams } = phase;
  const ids = idsWhere(state, isInRound);
  draft.enter({ name: 'committing', round, streams });
  draft.emit({ type: 'request-layers', round, ids });
  draft.emit({ type: 'federate', round, ids });
  draft.deadline(`commit/${round}`, commitDeadlineMs(state.settings));
}

/** The next asynchronous round begins at once, with everybody who waits; what is under way goes on. */
function goOnStreaming(draft: Draft, round: number, streams: Streams): void {
  for (const id of idsWhere(draft.state, ({ finishing }) => finishing)) dismiss(draft, id);
  draft.emit({ type: 'go-on', round });
  beginStreams(draft, round, streams.of);
  if (draft.phase.name !== 'streaming') return;
  leaveBench(draft, round);
  const ids = idsWhere(draft.state, isWaiting);
  if (ids.length === 0) return;
  for (const id of ids) draft.device(id, { stage: { name: 'preparing' } });
  draft.emit({ type: 'prepare', round, ids, isUnderWay: true });
}

/** Milliseconds for a commit; with a cloud it comes after the cloud's answer, or without it. */
function commitDeadlineMs({ communities, mergeSeconds }: RunSettings): number {
  const cloudMs = communities.length === 0 ? 0 : 1000 * mergeSeconds + CLOUD_ANSWER_MS;
  return COMMIT_DEADLINE_MS + cloudMs;
}

/** The checkpoint is on disk: the round counts, and the next begins if it can. */
export function roundCommitted(draft: Draft, round: number): void {
  if (draft.phase.name !== 'committing' || draft.phase.round !== round) return;
  const { streams } = draft.phase;
  draft.set({ committedRound: round, setbacks: NO_SETBACKS });
  for (const device of draft.state.devices.values()) {
    if (isInRound(device)) draft.device(device.id, { strikes: Math.max(0, device.strikes - 1) });
  }
  const isLast = draft.state.stopping || round + 1 >= draft.state.settings.rounds;
  if (isLast && judgesAfter(draft.state.settings, round)) beginJudging(draft, round);
  else if (streams && !isLast) goOnStreaming(draft, round + 1, streams);
  else endRound(draft, isLast);
}

/** The devices of the last round stay until the generators are judged. */
function beginJudging(draft: Draft, round: number): void {
  draft.enter({ name: 'judging', round });
  draft.deadline(`judging/${round}`, JUDGING_DEADLINE_MS);
}

/** Everybody who was asked has answered, or nobody is waited for any longer: the run is over. */
export function endJudging(draft: Draft): void {
  if (draft.phase.name !== 'judging') return;
  draft.emit({ type: 'keep-figures', round: draft.phase.round });
  endRound(draft, true);
}

/** The checkpoint could not be written: the round is undone and the run waits for the host. */
export function commitFailed(draft: Draft, round: number, reason: string): void {
  if (draft.phase.name !== 'committing' || draft.phase.round !== round) return;
  draft.set({ hostPause: reason });
  abandonRound(draft, reason);
}

/** Undoes the round on both sides and waits for devices again. */
export function abandonRound(draft: Draft, reason: string): void {
  const { setbacks, hostPause } = draft.state;
  // What pauses the run is said as that.
  if (hostPause === undefined) draft.set({ setbacks: { ...setbacks, rounds: setbacks.rounds + 1, reason } });
  draft.emit({ type: 'abandon', round: currentRound(draft.state), reason });
  endRound(draft, draft.state.stopping);
}

/** Takes a device out of the round in progress, with the reason that its page shows. */
export function bench(draft: Draft, id: string, reason: string): void {
  const device = draft.state.devices.get(id);
  if (!device) return;
  const strikes = device.strikes + 1;
  const stage: SessionDevice['stage'] =
    strikes === 1
      ? { name: 'joined' }
      : { name: 'watching', untilRound: currentRound(draft.state) + 1, reason };
  draft.device(id, { strikes, missesInARow: 0, stage });
}

/** Says goodbye to a device that wanted to go. */
export function dismiss(draft: Draft, id: string): void {
  if (!draft.state.devices.has(id)) return;
  draft.remove(id);
  draft.emit({ type: 'dismiss', id });
}

function endRound(draft: Draft, isLast: boolean): void {
  draft.devicesWhere(
    ({ stage, connected }) => connected && (stage.name === 'in-round' || stage.name === 'preparing'),
    { stage: { name: 'waiting' } },
  );
  for (const id of idsWhere(draft.state, ({ finishing }) => finishing)) dismiss(draft, id);
  draft.set({ stopping: false });
  draft.enter({ name: isLast ? 'finished' : 'waiting-for-devices' });
  beginRoundIfPossible(draft);
}
