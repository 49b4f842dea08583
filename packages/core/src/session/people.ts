// What people decide: the host's buttons, a volunteer's wishes, and who comes and goes.
import type { Draft } from './draft.ts';
import type { SessionEvent } from './events.ts';
import {
  abandonIfTooFew,
  abandonRound,
  beginRoundIfPossible,
  dismiss,
  endJudging,
  settleLayers,
  settlePreparation,
} from './round.ts';
import type { SessionDevice } from './state.ts';
import { beginStep, loseDevice } from './step.ts';
import { loseStream, wakeStreams } from './streams.ts';

type HostCommand = (SessionEvent & { readonly type: 'host' })['command'];
type Intent = (SessionEvent & { readonly type: 'intent' })['intent'];

/** The host's buttons. */
export function applyHost(draft: Draft, command: HostCommand): void {
  switch (command) {
    case 'start':
      start(draft);
      return;
    case 'pause':
      if (draft.phase.name === 'finished' || draft.phase.name === 'not-started') return;
      draft.set({ hostPause: PAUSED_BY_HOST });
      return;
    case 'stop':
      stop(draft);
      return;
    default:
      command satisfies never;
  }
}

/** What stands as the reason when the host paused, and not a fault. */
export const PAUSED_BY_HOST = 'paused by the host';

function start(draft: Draft): void {
  const { phase, state } = draft;
  draft.unpause();
  draft.set({ stopping: false });
  const isMore = state.committedRound + 1 < state.settings.rounds;
  if (phase.name === 'not-started' || (phase.name === 'finished' && isMore)) {
    draft.enter({ name: 'waiting-for-devices' });
  }
  goOn(draft);
}

/** Ends the run with what is done: after one more step where a round is in progress, at once where none is. */
function stop(draft: Draft): void {
  const { phase } = draft;
  switch (phase.name) {
    case 'streaming':
      draft.set({ stopping: true });
      draft.unpause();
      wakeStreams(draft);
      return;
    case 'training':
    case 'federating':
    case 'committing':
      draft.set({ stopping: true });
      return;
    case 'holding':
      draft.set({ stopping: true });
      draft.unpause();
      goOn(draft);
      if (draft.phase.name === 'holding') abandonRound(draft, 'the host ended the run');
      return;
    case 'preparing':
      draft.set({ stopping: true });
      abandonRound(draft, 'the host ended the run');
      return;
    case 'judging':
      endJudging(draft);
      return;
    case 'not-started':
    case 'waiting-for-devices':
    case 'finished':
      draft.unpause();
      draft.enter({ name: 'finished' });
      return;
    default:
      phase satisfies never;
  }
}

/** A connection was admitted as this device, new or back again; whatever its connection before did is over. */
export function join(draft: Draft, id: string): void {
  const known = draft.state.devices.get(id);
  if (known) leaveRound(draft, id);
  const device: SessionDevice = {
    id,
    connected: true,
    stage: { name: 'joined' },
    paused: false,
    finishing: false,
    missesInARow: 0,
    strikes: known?.strikes ?? 0,
  };
  draft.set({ devices: new Map(draft.state.devices).set(id, device) });
}

/** A volunteer's wish, or what its battery or hidden tab asks for. */
export function applyIntent(draft: Draft, id: string, intent: Intent): void {
  switch (intent) {
    case 'pause':
      draft.device(id, { paused: true });
      loseDevice(draft, id);
      loseStream(draft, id);
      return;
    case 'resume':
      draft.device(id, { paused: false });
      goOn(draft);
      return;
    case 'finish': {
      draft.device(id, { finishing: true });
      const stage = draft.state.devices.get(id)?.stage.name;
      if (stage !== 'in-round' && stage !== 'preparing') dismiss(draft, id);
      return;
    }
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
export function leaveRound(draft: Draft, id: string): void {
  draft.device(id, { stage: { name: 'joined' } });
  abandonIfTooFew(draft);
  settlePreparation(draft, id);
  settleLayers(draft, id, false);
  loseDevice(draft, id);
  loseStream(draft, id);
}

/** Something that a round waited for may have changed. */
function goOn(draft: Draft): void {
  const { phase } = draft;
  if (phase.name === 'holding') beginStep(draft, phase.round, phase.nextStep);
  else if (phase.name === 'streaming') wakeStreams(draft);
  else beginRoundIfPossible(draft);
}
