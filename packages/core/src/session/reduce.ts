// The run as a pure function: (state, event) to the next state and what is to be done.
import { Draft } from './draft.ts';
import type { SessionEffect, SessionEvent } from './events.ts';
import { applyHost, applyIntent, join, leaveRound } from './people.ts';
import {
  abandonRound,
  beginRoundIfPossible,
  clearBench,
  commitFailed,
  endJudging,
  endFederation,
  endPreparation,
  roundCommitted,
  settleLayers,
  settlePreparation,
} from './round.ts';
import type { SessionState } from './state.ts';
import { endExchange, exchangeDone, missExchange, settleUp } from './step.ts';
import { endSilence, joinStreams, missStream, streamDone, streamsOf, takeUp } from './streams.ts';

/** The next state and the effects, in the order in which they must happen. The state given is not changed. */
export function reduce(
  state: SessionState,
  event: SessionEvent,
): { readonly state: SessionState; readonly effects: readonly SessionEffect[] } {
  const draft = new Draft(state);
  if (canHappen(state, event)) apply(draft, event);
  return { state: draft.state, effects: draft.effects };
}

/** A device that is unknown or gone does nothing but join; who is here cannot be forgotten. */
function canHappen(state: SessionState, event: SessionEvent): boolean {
  if (!('id' in event) || event.type === 'joined') return true;
  const connected = state.devices.get(event.id)?.connected;
  return event.type === 'forgotten' ? connected === false : connected === true;
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
      if (draft.state.devices.get(event.id)?.stage.name !== 'joined') return;
      draft.device(event.id, { stage: { name: 'waiting' } });
      beginRoundIfPossible(draft);
      return;
    case 'intent':
      applyIntent(draft, event.id, event.intent);
      return;
    case 'disconnected':
      draft.device(event.id, { connected: false });
      leaveRound(draft, event.id);
      return;
    case 'forgotten':
      draft.remove(event.id);
      return;
    case 'planned':
      if (!isPreparing(draft, event.round)) return;
      draft.set({ predictedStepSeconds: event.predictedStepSeconds });
      return;
    case 'ready':
      if (joinsStreams(draft, event.id)) {
        draft.device(event.id, { stage: { name: 'in-round' } });
        joinStreams(draft, event.id, event.round);
        return;
      }
      if (!isPreparing(draft, event.round) || !draft.phase.awaited.has(event.id)) return;
      draft.device(event.id, { stage: { name: 'in-round' } });
      settlePreparation(draft, event.id);
      return;
    case 'up':
      if (isCurrentExchange(draft, event)) settleUp(draft, event.id);
      else takeUp(draft, event);
      return;
    case 'step-failed':
      draft.set({ setbacks: { ...draft.state.setbacks, fault: event.code } });
      if (isCurrentStep(draft, event)) missExchange(draft, event.id);
      else missStream(draft, event);
      return;
    case 'body-done':
      if (event.id !== undefined) streamDone(draft, { ...event, id: event.id });
      else if (isCurrentExchange(draft, event)) exchangeDone(draft);
      return;
    case 'body-failed':
      bodyFailed(draft, event.reason);
      return;
    case 'layers':
      if (draft.phase.name !== 'federating' || draft.phase.round !== event.round) return;
      settleLayers(draft, event.id, event.usable);
      return;
    case 'committed':
      roundCommitted(draft, event.round);
      return;
    case 'judged':
      if (draft.phase.name === 'judging' && draft.phase.round === event.round) endJudging(draft);
      return;
    case 'commit-failed':
      commitFailed(draft, event.round, event.reason);
      return;
    case 'deadline':
      if (draft.state.deadline === event.name) applyDeadline(draft);
      return;
    default:
      event satisfies never;
  }
}

/** Without its body the round cannot go on; one that is being committed no longer needs it. */
function bodyFailed(draft: Draft, reason: string): void {
  const { phase } = draft;
  if (phase.name === 'not-started' || phase.name === 'judging' || phase.name === 'finished') return;
  draft.set({ hostPause: reason });
  if ('round' in phase && phase.name !== 'committing') abandonRound(draft, reason);
}

function applyDeadline(draft: Draft): void {
  const { phase } = draft;
  switch (phase.name) {
    case 'waiting-for-devices':
      clearBench(draft);
      return;
    case 'preparing':
      endPreparation(draft);
      return;
    case 'training':
      if (phase.progress.computing) bodyFailed(draft, 'The body did not answer in time.');
      else endExchange(draft);
      return;
    case 'streaming':
      endSilence(draft);
      return;
    case 'federating':
      endFederation(draft);
      return;
    case 'committing':
      commitFailed(draft, phase.round, 'The checkpoint was not written in time.');
      return;
    case 'judging':
      endJudging(draft);
      return;
    case 'not-started':
    case 'holding':
    case 'finished':
      return;
    default:
      phase satisfies never;
  }
}

type DraftIn<Name> = Draft & { readonly phase: Extract<Draft['phase'], { name: Name }> };

function isPreparing(draft: Draft, round: number): draft is DraftIn<'preparing'> {
  return draft.phase.name === 'preparing' && draft.phase.round === round;
}

/** A device is ready for streams that have begun without it, in this round or in one before. */
function joinsStreams({ phase, state }: Draft, id: string): boolean {
  return streamsOf(phase) !== undefined && state.devices.get(id)?.stage.name === 'preparing';
}

function isCurrentStep(draft: Draft, at: { round: number; step: number }): draft is DraftIn<'training'> {
  const { phase } = draft;
  return phase.name === 'training' && phase.round === at.round && phase.progress.step === at.step;
}

function isCurrentExchange(draft: Draft, at: { round: number; step: number; exchange: number }): boolean {
  return isCurrentStep(draft, at) && draft.phase.progress.exchange === at.exchange;
}
