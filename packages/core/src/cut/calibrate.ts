// Brings a profile of single blocks in line with a whole step that was timed.
import { type GanSpec, SHALLOWEST_CUT } from '../architecture/index.ts';
import { deviceStepSeconds } from './measured-cost.ts';
import type { DeviceProfile } from './profile.ts';
import { scaledProfile } from './scaled-profile.ts';

/** A step that is further from the sum of its blocks than this was disturbed; the profile then moves no further. */
const LARGEST_CORRECTION = 4;

/** A step with the shallowest cut, as the device really took it. */
export interface TimedStep {
  readonly spec: GanSpec;
  readonly batch: number;
  /** Without link and waiting. */
  readonly seconds: number;
}

/**
 * Scales the seconds of blocks and read-backs so that the model's step with the shallowest cut is the one that was timed:
 * blocks timed one by one wait for the engine after each, which a step does not. A profile without times of blocks, or
 * one of a clock that stands, stays as it is.
 */
export function calibrated(profile: DeviceProfile, { spec, batch, seconds }: TimedStep): DeviceProfile {
  const factor = seconds / deviceStepSeconds(profile, { spec, batch }, SHALLOWEST_CUT);
  if (profile.compute.kind !== 'measured' || !Number.isFinite(factor) || factor <= 0) return profile;
  return scaledProfile(profile, Math.min(LARGEST_CORRECTION, Math.max(1 / LARGEST_CORRECTION, factor)));
}
