// What this page has seen of each device since it was opened: changes of state, group and engine.
import type { DeviceView } from '@tessera/core/session';
import { groupStyle } from '../../ui/groups.ts';
import { text } from '../../ui/messages.ts';

export interface Sighting {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly what: string;
}

/** By device id, oldest first. */
export type Sightings = ReadonlyMap<string, readonly Sighting[]>;

/** Changes that are kept for each device. */
export const SIGHTINGS_KEPT = 50;

/** Adds what changed in this view; a device that is as before adds nothing. */
export function withSightings(
  sightings: Sightings,
  devices: readonly DeviceView[],
  nowMs: number,
): Sightings {
  const changed = devices.flatMap((device) => {
    const what = describe(device);
    const before = sightings.get(device.id) ?? [];
    if (before.at(-1)?.what === what) return [];
    return [[device.id, [...before, { atMs: nowMs, what }].slice(-SIGHTINGS_KEPT)] as const];
  });
  return changed.length === 0 ? sightings : new Map([...sightings, ...changed]);
}

function describe(device: DeviceView): string {
  const words = text.devices;
  const standing = device.connected ? words.standings[device.standing] : words.troubles.gone;
  const group = device.cluster === undefined ? '' : `, ${words.inGroup(groupStyle(device.cluster).letter)}`;
  const reason = device.reason ? ` (${device.reason})` : '';
  return `${standing}${group}${reason}`;
}
