// How many devices train, wait and watch.
import type { DeviceView } from '@tessera/core/session';

export interface DeviceCounts {
  readonly training: number;
  readonly waiting: number;
  readonly watching: number;
}

/** Counts of the connected devices; those that are done or gone count nowhere. */
export function deviceCounts(devices: readonly DeviceView[]): DeviceCounts {
  const here = devices.filter((device) => device.connected);
  const count = (...standings: DeviceView['standing'][]) =>
    here.filter((device) => standings.includes(device.standing)).length;
  return {
    training: count('training', 'federating', 'judging'),
    waiting: count(
      'not-started',
      'speed-check-wanted',
      'waiting-for-devices',
      'waiting-for-round',
      'preparing',
      'paused',
    ),
    watching: count('watching'),
  };
}
