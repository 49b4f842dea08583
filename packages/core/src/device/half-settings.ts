// What a run's settings mean for the device's half of a step.
import type { HalfOptions } from '../gan/index.ts';
import { adamOf } from '../nn/index.ts';
import { domainOf, drawsBeside, type RunSettings } from '../protocol/index.ts';
import { strategyOf } from '../strategy/index.ts';

/** The options of a half besides its networks, for a device that holds images of so many labels. */
export function halfSettings(
  settings: RunSettings,
  labelsHeld: number,
): Pick<HalfOptions, 'optimiser' | 'halves' | 'reading' | 'domain' | 'besideLabels' | 'regularised'> {
  const { encoding, reading, strategy } = settings;
  return {
    optimiser: adamOf(settings),
    halves: encoding === 'float16',
    reading,
    domain: domainOf(settings),
    besideLabels: drawsBeside(settings, labelsHeld),
    regularised: strategyOf(strategy).regularised,
  };
}
