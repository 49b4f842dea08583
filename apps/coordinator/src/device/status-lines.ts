// A headless device's state in words, one line whenever it changes.
import type { DeviceStatus } from '@tessera/core/device';
import { ERRORS, isErrorCode } from '@tessera/core/protocol';

/** Tells `write` about each change of state, and about each finished round. */
export function statusLines(write: (line: string) => void): (status: DeviceStatus) => void {
  let last = '';
  return (status) => {
    const line = lineOf(status);
    if (line === last || line === '') return;
    last = line;
    write(line);
  };
}

function lineOf({ current, assignment }: DeviceStatus): string {
  switch (current.state) {
    case 'connecting':
      return 'connecting';
    case 'checking-speed':
      return 'checking speed';
    case 'reconnecting':
      return `reconnecting (attempt ${current.attempt})`;
    case 'refused':
      return refusalOf(current.code, current.message);
    case 'left':
      return 'left the run';
    case 'standing':
      return standingLine(current.standing, assignment);
  }
}

function standingLine(
  standing: (DeviceStatus['current'] & { state: 'standing' })['standing'],
  assignment: DeviceStatus['assignment'],
): string {
  switch (standing.standing) {
    case 'waiting-for-devices':
      return `waiting for devices: ${standing.here} of at least ${standing.needed} are here`;
    case 'training':
      return assignment
        ? `training round ${standing.round}, group ${String.fromCharCode(65 + assignment.cluster)}`
        : `training round ${standing.round}`;
    case 'watching':
      return `watching: ${standing.reason}`;
    case 'paused':
      return standing.by === 'host' ? 'paused by the host' : 'paused';
    case 'finished':
      return `finished after ${standing.rounds} rounds`;
    case 'not-started':
      return 'waiting for the host to start';
    case 'speed-check-wanted':
      return 'checking speed';
    case 'waiting-for-round':
      return 'waiting for the next round';
    case 'judging':
      return 'judging the result';
    case 'preparing':
    case 'federating':
      return '';
  }
}

function refusalOf(code: string, message: string): string {
  return isErrorCode(code) ? `refused: ${message} ${ERRORS[code].help}` : `refused: ${message}`;
}
