// Judging a generator without central test data: each device keeps some of its images back, and only counts leave it.
import { Random } from '../random.ts';

/** Positions of a device's images, in ascending order. */
export interface HeldOutSplit {
  readonly training: readonly number[];
  readonly heldOut: readonly number[];
}

/** How many of a device's held-out images a classifier got right. */
export interface RightCounts {
  readonly right: number;
  readonly total: number;
}

/** The part of a device's images that is held out unless told otherwise. */
export const HELD_OUT_SHARE = 0.1;

/** Images of a device that are held out at most: judging them takes a slow phone about a second. */
export const MOST_HELD_OUT = 500;

/**
 * Splits the positions 0 to count - 1 at random: ⌊share x count⌋ are held out, the others are for training; the same
 * seed gives the same split. Throws a RangeError for a share outside [0, 1).
 */
export function splitHeldOut(
  count: number,
  { seed, share = HELD_OUT_SHARE }: { readonly seed: number | string; readonly share?: number },
): HeldOutSplit {
  if (!(share >= 0 && share < 1))
    throw new RangeError(`${share} is no share of the images to hold out: 0 to below 1`);
  const order = new Random(seed).shuffle(Array.from({ length: count }, (_, i) => i));
  const held = Math.floor(share * count);
  const ascending = (positions: number[]) => positions.sort((a, b) => a - b);
  return { heldOut: ascending(order.slice(0, held)), training: ascending(order.slice(held)) };
}

/** What a device tells of its held-out images: predictions against labels, both class indices of equal length. */
export function countRight(labels: ArrayLike<number>, predicted: ArrayLike<number>): RightCounts {
  if (labels.length !== predicted.length)
    throw new RangeError(`${predicted.length} predictions cannot be counted against ${labels.length} labels`);
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === predicted[i]) right += 1;
  return { right, total: labels.length };
}

/**
 * The counts of several devices as one, so that every image weighs the same; accuracy in percent, absent without any
 * image. Throws a RangeError for counts that cannot be (they come over the wire).
 */
export function mergeCounts(devices: readonly RightCounts[]): RightCounts & { readonly accuracy?: number } {
  let [right, total] = [0, 0];
  for (const own of devices) {
    const whole = Number.isSafeInteger(own.right) && Number.isSafeInteger(own.total);
    if (!whole || own.right < 0 || own.right > own.total)
      throw new RangeError(`${own.right} right answers of ${own.total} cannot be`);
    right += own.right;
    total += own.total;
  }
  return { right, total, ...(total > 0 && { accuracy: (100 * right) / total }) };
}
