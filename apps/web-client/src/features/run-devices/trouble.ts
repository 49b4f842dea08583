// Sorts devices by how much they need the host's attention.
import type { DeviceView } from '@tessera/core/session';

/** A device this much slower than predicted counts as slow. */
export const SLOW_FACTOR = 1.5;
/** A connected device that was not heard of for this long counts as silent. */
export const SILENT_SECONDS = 30;

/** What is wrong with a device, worst first; undefined: nothing. */
export type Trouble = 'gone' | 'watching' | 'missing' | 'silent' | 'slow';

/** The worst trouble of a device. */
export function troubleOf(device: DeviceView): Trouble | undefined {
  if (device.standing === 'finished') return undefined;
  if (!device.connected) return 'gone';
  if (device.standing === 'watching') return 'watching';
  if (device.missesInARow > 0) return 'missing';
  if (device.lastSeenSecondsAgo >= SILENT_SECONDS) return 'silent';
  const { stepSeconds, predictedStepSeconds } = device;
  const slow = stepSeconds !== undefined && predictedStepSeconds !== undefined && predictedStepSeconds > 0;
  return slow && stepSeconds > SLOW_FACTOR * predictedStepSeconds ? 'slow' : undefined;
}

const ORDER: readonly (Trouble | undefined)[] = ['gone', 'watching', 'missing', 'silent', 'slow', undefined];

/** Devices with trouble first, worst first; equals by name, so that rows do not jump. */
export function byTrouble(devices: readonly DeviceView[]): readonly DeviceView[] {
  return [...devices].sort(
    (a, b) =>
      ORDER.indexOf(troubleOf(a)) - ORDER.indexOf(troubleOf(b)) ||
      a.name.localeCompare(b.name) ||
      a.id.localeCompare(b.id),
  );
}
