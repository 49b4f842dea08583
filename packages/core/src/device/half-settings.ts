// What a run's settings mean for the device's half of a step.
import type { HalfOptions } from '../gan/index.ts';
import { domainOf, type RunSettings } from '../protocol/index.ts';
import { strategyOf } from '../strategy/index.ts';

/** The epsilon of PyTorch's Adam. */
const ADAM_EPSILON = 1e-8;

/** The options of a half besides its networks. */
export function halfSettings(
  settings: RunSettings,
): Pick<HalfOptions, 'optimiser' | 'halves' | 'reading' | 'domain' | 'regularised'> {
  const { learningRate, beta1, beta2, encoding, reading, strategy } = settings;
  return {
    optimiser: { learningRate, beta1, beta2, epsilon: ADAM_EPSILON },
    halves: encoding === 'float16',
    reading,
    domain: domainOf(settings),
    regularised: strategyOf(strategy).regularised,
  };
}
