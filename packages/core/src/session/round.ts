// How a round begins, ends, commits and is abandoned.
import type { Draft } from './draft.ts';
import { currentRound, idsWhere, isInRound, isWaiting, type SessionDevice } from './state.ts';
import { beginStep } from './step.ts';

/** Compiling kernels on a slow phone takes this long at most before the round begins without it. */
const PREPARE_DEADLINE_MS = 90_000;
/** Uploading a device's layers at the end of a round. */
const LAYERS_DEADLINE_MS = 30_000;

/** Begins the next round when the host wants it and enough devices wait. */
export function beginRoundIfPossible(draft: Draft): void {
  const { state } = draft;
  if (state.phase.name !== 'waiting-for-devices' || state.hostPause !== undefined) return;
  const round = state.committedRound + 1;
  draft.everyDevice(({ stage }) =>
    stage.name === 'watching' && stage.untilRound <= round ? { stage: { name: 'waiting' } } : undefined,
  );
  const ids = idsWhere(draft.state, isWaiting);
  if (ids.length < state.settings.minimumDevices) return;
  for (const id of ids) draft.device(id, { stage: { name: 'preparing' } });
  draft.enter({ name: 'preparing', round, awaited: new Set(ids) });
  draft.emit({ type: 'prepare', round, ids });
  draft.deadline(`prepare/${round}`, PREPARE_DEADLINE_MS);
}

/** A device is ready, or no longer awaited: the first step begins when nobody is awaited any more. */
export function settlePreparation(draft: Draft, id: string): void {
  const { phase } = draft;
  if (phase.name !== 'preparing' || !phase.awaited.has(id)) return;
  const awaited = new Set(phase.awaited);
  awaited.delete(id);
  draft.set({ phase: { ...phase, awaited } });
  if (awaited.size === 0) beginStep(draft, phase.round, 0);
}

/** The time to prepare is over: the round begins with those who are ready. */
export function endPreparation(draft: Draft): void {
  const { phase } = draft;
  if (phase.name !== 'preparing') return;
  for (const id of phase.awaited) {
    bench(draft, id, 'this device was not ready in time');
  }
  beginStep(draft, phase.round, 0);
}

/** All steps are done: every device of the round uploads its layers. */
export function beginFederation(draft: Draft, round: number): void {
  const ids = idsWhere(draft.state, isInRound);
  draft.enter({ name: 'federating', round, awaited: new Set(ids), arrived: new Set() });
  draft.emit({ type: 'request-layers', round, ids });
  draft.deadline(`federate/${round}`, LAYERS_DEADLINE_MS);
}

/** A device's layers came (`arrived`), or will not come. */
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
}

/** The checkpoint is on disk: the round counts, and the next begins if it can. */
export function roundCommitted(draft: Draft, round: number): void {
  if (draft.phase.name !== 'committing' || draft.phase.round !== round) return;
  draft.set({ committedRound: round });
  backToWaiting(draft);
  for (const id of idsWhere(draft.state, (device) => device.finishing)) dismiss(draft, id);
  const done = draft.state.stopping || round + 1 >= draft.state.settings.rounds;
  draft.set({ stopping: false });
  draft.enter({ name: done ? 'finished' : 'waiting-for-devices' });
  beginRoundIfPossible(draft);
}

/** Undoes the round on both sides and waits for devices again. */
export function abandonRound(draft: Draft, reason: string): void {
  const round = currentRound(draft.state);
  draft.emit({ type: 'abandon', round, reason });
  backToWaiting(draft);
  draft.enter({ name: draft.state.stopping ? 'finished' : 'waiting-for-devices' });
  draft.set({ stopping: false });
  for (const id of idsWhere(draft.state, (device) => device.finishing)) dismiss(draft, id);
  beginRoundIfPossible(draft);
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
  draft.remove(id);
  draft.emit({ type: 'dismiss', id });
}

function backToWaiting(draft: Draft): void {
  draft.everyDevice(({ stage, connected }) =>
    connected && (stage.name === 'in-round' || stage.name === 'preparing')
      ? { stage: { name: 'waiting' } }
      : undefined,
  );
}
