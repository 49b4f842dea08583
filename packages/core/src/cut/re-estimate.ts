// A device's profile as its own steps show it: what it said of itself, scaled to what it took.
import type { Cut } from '../architecture/index.ts';
import { deviceStepSeconds, type RunShape } from './measured-cost.ts';
import type { DeviceProfile } from './profile.ts';
import { scaledProfile } from './scaled-profile.ts';

/** Steps behind an estimate, at least: the median of three bears one that was disturbed. */
export const LEAST_MEASURED_STEPS = 3;
/** One estimate believes a device to be at most so many times slower or faster than the one before. */
export const LARGEST_CHANGE = 10;
/** Less than so many times slower or faster is noise. */
const NOISE = 1.1;

/** Steps that a device took with one cut. */
export interface MeasuredSteps {
  readonly cut: Cut;
  /** Seconds that it computed in each, read-backs and packing included, link and waiting left out. */
  readonly seconds: readonly number[];
}

/**
 * The profile with which the model's step of that cut takes the median of the measured ones, at most ten times as long
 * or as short as before. The same object comes back where the steps are too few, agree with it to a tenth, or come from
 * a clock that stands. One factor serves all blocks: single blocks cannot be told apart in a step. Throws a RangeError
 * for a profile that was measured for other networks.
 */
export function reEstimated(
  profile: DeviceProfile,
  { cut, seconds }: MeasuredSteps,
  run: Pick<RunShape, 'spec' | 'batch'>,
): DeviceProfile {
  if (seconds.length < LEAST_MEASURED_STEPS) return profile;
  const ratio = median(seconds) / deviceStepSeconds(profile, run, cut);
  if (!Number.isFinite(ratio) || ratio <= 0) return profile;
  const factor = Math.min(LARGEST_CHANGE, Math.max(1 / LARGEST_CHANGE, ratio));
  return factor < NOISE && factor > 1 / NOISE ? profile : scaledProfile(profile, factor);
}

/** The middle value; the mean of the two in the middle of an even number. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? NaN) + (sorted[Math.ceil(half)] ?? NaN)) / 2;
}
