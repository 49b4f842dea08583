// Where a device stands, derived from the run's state: what its page says in words.
import type { Standing } from '../protocol/index.ts';
import {
  currentRound,
  idsWhere,
  type Phase,
  type SessionDevice,
  type SessionState,
  type Streams,
} from './state.ts';

/** The device's standing; undefined for an id that the run does not know. */
export function standingOf(state: SessionState, id: string): Standing | undefined {
  const device = state.devices.get(id);
  if (!device) return undefined;
  const { phase, settings } = state;
  if (phase.name === 'finished') return { standing: 'finished', rounds: state.committedRound + 1 };
  if (device.stage.name === 'joined') return { standing: 'speed-check-wanted' };
  if (device.paused) return { standing: 'paused', by: 'device' };
  if (device.stage.name === 'watching') return { standing: 'watching', reason: device.stage.reason };
  switch (phase.name) {
    case 'not-started':
      return { standing: 'not-started' };
    case 'waiting-for-devices':
    case 'holding':
      if (state.hostPause !== undefined) return { standing: 'paused', by: 'host' };
      return { standing: 'waiting-for-devices', here: devicesHere(state), needed: settings.minimumDevices };
    case 'preparing':
    case 'training':
    case 'streaming':
    case 'federating':
    case 'committing':
    case 'judging':
      return device.stage.name === 'waiting' ? nextRound(state) : inRound(state, phase);
    default:
      return phase satisfies never;
  }
}

/** Devices that could take part now. */
export function devicesHere(state: SessionState): number {
  return idsWhere(state, takesPart).length;
}

/** The step in progress or the one that comes next, counted from 0. */
export function currentStep({ phase, settings }: SessionState): number {
  switch (phase.name) {
    case 'training':
      return phase.progress.step;
    case 'streaming':
      return iterationsOf(phase.streams, settings.stepsPerRound);
    case 'holding':
      return phase.nextStep;
    case 'federating':
    case 'committing':
    case 'judging':
      return settings.stepsPerRound;
    case 'not-started':
    case 'waiting-for-devices':
    case 'preparing':
    case 'finished':
      return 0;
    default:
      return phase satisfies never;
  }
}

type RoundPhase = Extract<
  Phase,
  { name: 'preparing' | 'training' | 'streaming' | 'federating' | 'committing' | 'judging' }
>;

function inRound(state: SessionState, phase: RoundPhase): Standing {
  const { round } = phase;
  if (phase.name === 'preparing' || phase.name === 'judging') return { standing: phase.name, round };
  if (phase.name !== 'training' && phase.name !== 'streaming') return { standing: 'federating', round };
  const { stepsPerRound } = state.settings;
  return { standing: 'training', round, step: currentStep(state), stepsPerRound };
}

/** Updates as local iterations, one of every device that the round began with. */
function iterationsOf({ updates, target }: Streams, stepsPerRound: number): number {
  return Math.floor((updates * stepsPerRound) / Math.max(1, target));
}

/** In the waiting room while a round is in progress. */
function nextRound(state: SessionState): Standing {
  const { stepsPerRound } = state.settings;
  return {
    standing: 'waiting-for-round',
    round: currentRound(state),
    step: currentStep(state),
    stepsPerRound,
  };
}

function takesPart(device: SessionDevice): boolean {
  return device.connected && !device.paused && device.stage.name !== 'joined';
}
