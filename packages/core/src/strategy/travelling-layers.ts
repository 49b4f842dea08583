// Which layers travel at the ends of a round.
import type { Cut, GanSpec, ParameterSpec } from '../architecture/index.ts';
import { deviceParameters } from '../federate/index.ts';
import type { Strategy } from './strategy.ts';

/** The layers that a device is given at a round's beginning and brings at its end; none where it keeps its discriminator. */
export function travellingLayers(
  { keepsDiscriminator }: Pick<Strategy, 'keepsDiscriminator'>,
  spec: GanSpec,
  cut: Cut,
): readonly ParameterSpec[] {
  return keepsDiscriminator ? [] : deviceParameters(spec, cut);
}
