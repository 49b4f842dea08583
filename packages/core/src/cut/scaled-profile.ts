// The profile of a device that takes so many times as long.
import type { BlockSeconds, DeviceProfile } from './profile.ts';

/** Scales the seconds of every block and of the read-backs, or divides the speed; the link stays. */
export function scaledProfile(profile: DeviceProfile, factor: number): DeviceProfile {
  const { compute } = profile;
  const exchangeSeconds = profile.exchangeSeconds * factor;
  if (compute.kind === 'speed') {
    const gigaflopsPerSecond = compute.gigaflopsPerSecond / factor;
    return { ...profile, compute: { ...compute, gigaflopsPerSecond }, exchangeSeconds };
  }
  const scaled = ({ forward, backward }: BlockSeconds): BlockSeconds => ({
    forward: forward * factor,
    backward: backward * factor,
  });
  const ends = ({ head, tail }: (typeof compute)['generator']) => ({
    head: head.map(scaled),
    tail: tail.map(scaled),
  });
  const generator = ends(compute.generator);
  const discriminator = ends(compute.discriminator);
  return { ...profile, compute: { ...compute, generator, discriminator }, exchangeSeconds };
}
