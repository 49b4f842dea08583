// The run as a pure function: (state, event) to the next state and what is to be done.
import { Draft } from './draft.ts';
import type { SessionEffect, SessionEvent } from './events.ts';
import {
  abandonRound,
  beginRoundIfPossible,
  dismiss,
  endFederation,
  endPreparation,
  roundCommitted,
  settleLayers,
  settlePreparation,
} from './round.ts';
import { isInRound, type SessionState } from './state.ts';
import { beginStep, endExchange, exchangeDone, loseDevice, missExchange, settleUp } from './step.ts';

/** The next state and the effects, in the order in which they must happen. The state given is not changed. */
export function reduce(
  state: SessionState,
  event: SessionEvent,
): { readonly state: SessionState; readonly effects: readonly SessionEffect[] } {
  const draft = new Draft(state);
  apply(draft, event);
  return { state: draft.state, effects: draft.effects };
}

function apply(draft: Draft, event: SessionEvent): void {
  switch (event.type) {
    case 'host':
      applyHost(draft, event.command);
      return;
    case 'joined':
      join(draft, event.id);
      return;
    case 'profiled':
      if (draft.state.devices.get(event.id)?.stage.name === 'joined') {
        draft.device(event.id, { stage: { name: 'waiting' } });
        beginRoundIfPossible(draft);
      }
      return;
    case 'intent':
      applyIntent(draft, event.id, event.intent);
      return;
    case 'disconnected':
      draft.device(event.id, { connected: false });
      leaveRound(draft, event.id);
      return;
    case 'forgotten':
      if (draft.state.devices.get(event.id)?.connected === false) draft.remove(event.id);
      return;
    case 'planned':
      if (draft.phase.name === 'preparing' && draft.phase.round === event.round) {
        draft.set({ predictedStepSeconds: event.predictedStepSeconds });
      }
      return;
    case 'ready':
      if (draft.phase.name === 'preparing' && draft.phase.round === event.round) {
        if (draft.phase.awaited.has(event.id)) draft.device(event.id, { stage: { name: 'in-round' } });
        settlePreparation(draft, event.id);
      }
      return;
    case 'up':
      if (isCurrentStep(draft, event) && exchangeOf(draft) === event.exchange) settleUp(draft, event.id);
      return;
    case 'step-failed':
      if (isCurrentStep(draft, event)) missExchange(draft, event.id);
      return;
    case 'body-done':
      if (isCurrentStep(draft, event) && exchangeOf(draft) === event.exchange) exchangeDone(draft);
      return;
    case 'body-failed':
      draft.set({ hostPause: event.reason });
      if ('round' in draft.phase) abandonRound(draft, event.reason);
      return;
    case 'layers':
      if (draft.phase.name === 'federating' && draft.phase.round === event.round) {
        settleLayers(draft, event.id, event.usable);
      }
      return;
    case 'committed':
      roundCommitted(draft, event.round);
      return;
    case 'commit-failed':
      draft.set({ hostPause: event.reason });
      abandonRound(draft, event.reason);
      return;
    case 'deadline':
      applyDeadline(draft, event.name);
      return;
    default:
      event satisfies never;
  }
}

function applyHost(draft: Draft, command: 'start' | 'pause' | 'stop'): void {
  const { phase, state } = draft;
  switch (command) {
    case 'start': {
      draft.unpause();
      const more = state.committedRound + 1 < state.settings.rounds;
      if (phase.name === 'not-started' || (phase.name === 'finished' && more)) {
        draft.enter({ name: 'waiting-for-devices' });
      }
      if (phase.name === 'holding') beginStep(draft, phase.round, phase.nextStep);
      else beginRoundIfPossible(draft);
      return;
    }
    case 'pause':
      if (phase.name !== 'finished' && phase.name !== 'not-started') {
        draft.set({ hostPause: 'paused by the host' });
      }
      return;
    case 'stop':
      if (phase.name === 'training' || phase.name === 'federating' || phase.name === 'committing') {
        draft.set({ stopping: true });
      } else if (phase.name === 'preparing' || phase.name === 'holding') {
        draft.set({ stopping: true });
        abandonRound(draft, 'the host ended the run');
      } else {
        draft.enter({ name: 'finished' });
      }
      return;
    default:
      command satisfies never;
  }
}

function join(draft: Draft, id: string): void {
  const known = draft.state.devices.get(id);
  if (known) leaveRound(draft, id);
  const device = {
    id,
    connected: true,
    stage: { name: 'joined' },
    paused: false,
    finishing: false,
    missesInARow: 0,
    strikes: known?.strikes ?? 0,
  } as const;
  draft.set({ devices: new Map(draft.state.devices).set(id, device) });
}

function applyIntent(draft: Draft, id: string, intent: 'pause' | 'resume' | 'finish' | 'leave'): void {
  const device = draft.state.devices.get(id);
  if (!device) return;
  switch (intent) {
    case 'pause':
      draft.device(id, { paused: true });
      loseDevice(draft, id);
      return;
    case 'resume':
      draft.device(id, { paused: false });
      if (draft.phase.name === 'holding') beginStep(draft, draft.phase.round, draft.phase.nextStep);
      else beginRoundIfPossible(draft);
      return;
    case 'finish':
      draft.device(id, { finishing: true });
      if (device.stage.name !== 'in-round' && device.stage.name !== 'preparing') dismiss(draft, id);
      return;
    case 'leave':
      draft.device(id, { connected: false });
      leaveRound(draft, id);
      dismiss(draft, id);
      return;
    default:
      intent satisfies never;
  }
}

/** A device is gone from whatever it took part in; too few remaining abandon the round. */
function leaveRound(draft: Draft, id: string): void {
  draft.device(id, { stage: { name: 'joined' } });
  settlePreparation(draft, id);
  settleLayers(draft, id, false);
  loseDevice(draft, id);
  const { phase, state } = draft;
  const remaining = [...state.devices.values()].filter(isInRound).length;
  if ((phase.name === 'training' || phase.name === 'holding') && remaining < state.settings.minimumDevices) {
    abandonRound(draft, 'fewer devices than the minimum remain');
  }
}

function applyDeadline(draft: Draft, name: string): void {
  if (draft.state.deadline !== name) return;
  if (draft.phase.name === 'preparing') endPreparation(draft);
  else if (draft.phase.name === 'training') endExchange(draft);
  else if (draft.phase.name === 'federating') endFederation(draft);
}

function isCurrentStep(draft: Draft, { round, step }: { round: number; step: number }): boolean {
  const { phase } = draft;
  return phase.name === 'training' && phase.round === round && phase.progress.step === step;
}

function exchangeOf(draft: Draft): number | undefined {
  return draft.phase.name === 'training' ? draft.phase.progress.exchange : undefined;
}
