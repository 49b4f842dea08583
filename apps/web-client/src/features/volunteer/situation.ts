// Where the volunteer stands, as one of a few situations, each with its own sentence and picture.
import { text } from '../../ui/messages.ts';
import { dataOf, type VolunteerState } from './volunteer-state.ts';

/** One picture for each kind of situation. */
export type Picture =
  | 'searching'
  | 'empty'
  | 'measuring'
  | 'ready'
  | 'waiting'
  | 'training'
  | 'joining'
  | 'paused'
  | 'watching'
  | 'lost'
  | 'done'
  | 'stopped';

export interface Situation {
  readonly picture: Picture;
  readonly sentence: string;
  /** What a screen reader hears: the same without numbers that change every second. */
  readonly announcement: string;
  /** A quieter second line. */
  readonly detail?: string;
  /** How far what is going on has come. */
  readonly progress?: { readonly of: string; readonly share: number };
  readonly tone: 'calm' | 'attention' | 'trouble';
}

/** The situation at a moment (milliseconds since 1970). */
export function situationOf(state: VolunteerState, nowMs: number): Situation {
  if (state.failure) return trouble('stopped', text.status.failed(state.failure.message));
  if (state.left) return calm('done', text.status.finishedEarly);
  return state.device ? deviceSituation(state, nowMs) : beforeStart(state);
}

function beforeStart(state: VolunteerState): Situation {
  const { status } = text;
  if (state.run.state === 'loading') return calm('searching', status.loading);
  if (state.run.state === 'unreachable') return trouble('lost', status.unreachable);
  if (state.engine.state === 'failed') return trouble('stopped', status.engineFailed);
  if (state.started) return calm('searching', status.connecting);
  if (state.images.state !== 'connected') return calm('empty', text.data[dataOf(state.run)].none);
  if (state.engine.state === 'starting')
    return {
      ...calm('measuring', status.preparing(state.engine.what)),
      progress: { of: text.engine.title, share: state.engine.progress },
    };
  return calm('ready', status.ready);
}

function deviceSituation(state: VolunteerState, nowMs: number): Situation {
  const { status } = text;
  const current = state.device?.current;
  switch (current?.state) {
    case undefined:
    case 'connecting':
      return calm('searching', status.connecting);
    case 'checking-speed':
      return {
        ...calm('measuring', status.checkingSpeed),
        progress: { of: text.engine.title, share: current.progress },
      };
    case 'reconnecting': {
      const seconds = Math.max(0, Math.ceil((current.nextTryAtMs - nowMs) / 1000));
      return { ...trouble('lost', status.reconnecting(seconds)), announcement: status.reconnectingQuiet };
    }
    case 'refused':
      return trouble('stopped', status.refused(current.message));
    case 'left':
      return calm('done', status.finishedEarly);
    case 'standing':
      return standingSituation(state, current.standing);
  }
}

type StandingOf = Extract<
  NonNullable<VolunteerState['device']>['current'],
  { state: 'standing' }
>['standing'];

function standingSituation(state: VolunteerState, at: StandingOf): Situation {
  const { status } = text;
  switch (at.standing) {
    case 'not-started':
      return calm('waiting', status.notStarted);
    case 'speed-check-wanted':
      return calm('measuring', status.checkingSpeed);
    case 'waiting-for-devices':
      return {
        ...calm('waiting', status.waitingForDevices(at.here, at.needed)),
        progress: { of: text.training.devicesHere, share: at.here / Math.max(1, at.needed) },
      };
    case 'waiting-for-round':
      return {
        ...calm('waiting', status.waitingForRound(at.round, at.step, at.stepsPerRound)),
        announcement: status.waitingForRoundQuiet,
        progress: { of: text.training.thisRound, share: at.step / at.stepsPerRound },
      };
    case 'preparing':
      return calm('measuring', status.preparingRound(at.round));
    case 'training':
      return {
        ...calm('training', status.training(at.round, at.step + 1, at.stepsPerRound)),
        announcement: status.trainingQuiet(at.round),
        progress: { of: text.training.thisRound, share: at.step / at.stepsPerRound },
      };
    case 'federating':
      return {
        ...calm('joining', status.federating(at.round)),
        progress: { of: text.training.thisRound, share: 1 },
      };
    case 'judging':
      return calm('measuring', status.judging(at.round));
    case 'paused':
      return attention('paused', pausedSentence(state, at.by));
    case 'watching':
      return { ...attention('watching', status.watching), ...(at.reason !== '' && { detail: at.reason }) };
    case 'finished':
      return calm('done', at.rounds === 0 ? status.finishedEarly : status.finished(at.rounds));
  }
}

function pausedSentence({ run, pausedFor = 'volunteer' }: VolunteerState, by: 'host' | 'device'): string {
  if (by === 'host') return text.status.paused.host;
  return pausedFor === 'volunteer' ? text.data[dataOf(run)].pausedByYou : text.status.paused[pausedFor];
}

function calm(picture: Picture, sentence: string): Situation {
  return { picture, sentence, announcement: sentence, tone: 'calm' };
}

function attention(picture: Picture, sentence: string): Situation {
  return { picture, sentence, announcement: sentence, tone: 'attention' };
}

function trouble(picture: Picture, sentence: string): Situation {
  return { picture, sentence, announcement: sentence, tone: 'trouble' };
}
