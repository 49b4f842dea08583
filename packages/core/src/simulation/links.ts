// Links of some speed: one packet at a time, the next waits.
import type { Clock } from '../clock.ts';
import type { DeviceProfile } from '../cut/index.ts';
import type { Side } from '../protocol/index.ts';

/** One direction of a link. */
class Lane {
  readonly #bytesPerSecond: number;
  #freeAtMs = 0;

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** The moment at which so many bytes that come at `atMs` are through. */
  through(atMs: number, bytes: number): number {
    this.#freeAtMs = Math.max(atMs, this.#freeAtMs) + (1000 * bytes) / this.#bytesPerSecond;
    return this.#freeAtMs;
  }
}

/** The link that all devices share towards the coordinator (a Wi-Fi), both directions together. */
export class SharedLink {
  readonly lane: Lane;

  /** @param bytesPerSecond Infinity for a link that holds nobody up. */
  constructor(bytesPerSecond: number) {
    this.lane = new Lane(bytesPerSecond);
  }
}

/** Milliseconds that each packet of one device travels besides the latency: its own lanes, then the shared link. */
export function deviceLink(
  clock: Clock,
  profile: Pick<DeviceProfile, 'uplinkBytesPerSecond' | 'downlinkBytesPerSecond'>,
  shared: SharedLink,
): (from: Side, bytes: number) => number {
  const lanes = {
    device: new Lane(profile.uplinkBytesPerSecond),
    coordinator: new Lane(profile.downlinkBytesPerSecond),
  };
  return (from, bytes) => {
    const nowMs = clock.now();
    // The slower of the two holds a packet up: both carry it at the same time, piece by piece.
    return Math.max(lanes[from].through(nowMs, bytes), shared.lane.through(nowMs, bytes)) - nowMs;
  };
}
