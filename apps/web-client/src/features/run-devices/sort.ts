// The orders in which the device table can stand.
import type { DeviceView } from '@tessera/core/session';
import { byTrouble } from './trouble.ts';

export type SortKey = 'trouble' | 'name' | 'group' | 'weight' | 'step' | 'traffic' | 'seen';

export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}

const VALUES: Record<Exclude<SortKey, 'trouble' | 'name'>, (device: DeviceView) => number | undefined> = {
  group: (device) => device.cluster,
  weight: (device) => device.weight,
  step: (device) => device.stepSeconds,
  traffic: (device) => device.bytesReceived + device.bytesSent,
  seen: (device) => device.lastSeenSecondsAgo,
};

/** The devices in the asked order; those without the value come last either way. */
export function sortDevices(
  devices: readonly DeviceView[],
  { key, descending }: Sorting,
): readonly DeviceView[] {
  if (key === 'trouble') return byTrouble(devices);
  const sign = descending ? -1 : 1;
  if (key === 'name') return [...devices].sort((a, b) => sign * a.name.localeCompare(b.name));
  const valueOf = VALUES[key];
  return [...devices].sort((a, b) => {
    const [left, right] = [valueOf(a), valueOf(b)];
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined);
    return sign * (left - right) || a.name.localeCompare(b.name);
  });
}

/** The next sorting when a column's head is pressed: up, down, back to trouble. */
export function nextSorting(current: Sorting, key: SortKey): Sorting {
  if (current.key !== key) return { key, descending: false };
  return current.descending ? { key: 'trouble', descending: false } : { key, descending: true };
}
