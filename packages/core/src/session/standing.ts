// Where a device stands, derived from the run's state: what its page says in words.
import type { Standing } from '../protocol/index.ts';
import { currentRound, idsWhere, type SessionDevice, type SessionState } from './state.ts';

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
      if (state.hostPause !== undefined) return { standing: 'paused', by: 'host' };
      return waitingForDevices(state);
    case 'preparing':
      return { standing: 'preparing', round: phase.round };
    case 'holding':
      if (state.hostPause !== undefined) return { standing: 'paused', by: 'host' };
      return waitingForDevices(state);
    case 'training': {
      const where = {
        round: phase.round,
        step: phase.progress.step,
        stepsPerRound: settings.stepsPerRound,
      };
      return { standing: device.stage.name === 'in-round' ? 'training' : 'waiting-for-round', ...where };
    }
    case 'federating':
    case 'committing':
      return { standing: 'federating', round: currentRound(state) };
    default:
      return phase satisfies never;
  }
}

/** Devices that could take part now. */
export function devicesHere(state: SessionState): number {
  return idsWhere(state, takesPart).length;
}

function takesPart(device: SessionDevice): boolean {
  return device.connected && !device.paused && device.stage.name !== 'joined';
}

function waitingForDevices(state: SessionState): Standing {
  return {
    standing: 'waiting-for-devices',
    here: devicesHere(state),
    needed: state.settings.minimumDevices,
  };
}
