// A device that computes for real and takes the time that its profile says, times how much slower it is just now.
import type { DevicePace } from '../device/index.ts';
import type { DeviceProfile, MeasuredModel } from '../cut/index.ts';
import type { SimulatedTime } from './simulated-time.ts';

/** How many times slower than its profile a device is now; 1 unless something slows it down. */
export interface Slowness {
  factor: number;
}

/** The pace of one device. */
export function devicePace(options: {
  readonly time: SimulatedTime;
  readonly model: MeasuredModel;
  readonly profile: DeviceProfile;
  readonly slowness: Slowness;
}): DevicePace {
  const { time, model, profile, slowness } = options;
  const computeSeconds = model.deviceCompute(profile);
  return async (work, compute) => {
    const result = await time.during(compute());
    if (work.kind === 'exchange') {
      const seconds = computeSeconds(work.cut)[work.exchange - 1] ?? 0;
      await time.wait(1000 * seconds * slowness.factor);
    }
    return result;
  };
}
