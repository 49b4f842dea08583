// The discriminator of a device that never gives it away: what it kept, or the first weights of the run.
import type { Cut, GanSpec } from '../architecture/index.ts';
import { deviceParameters } from '../federate/index.ts';
import { initialGan } from '../gan/index.ts';
import { Random } from '../random.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { NO_MOMENTS } from './moments.ts';
import type { Segments } from './trainer.ts';

/**
 * The layers and moments that the device goes on with. All devices begin with the discriminator that follows from the
 * run's seed; what was kept of other networks is as good as nothing.
 */
export function keptDiscriminator(
  committed: Segments,
  { spec, cut, seed }: { readonly spec: GanSpec; readonly cut: Cut; readonly seed: number },
): Required<Segments> {
  const { layers, moments = NO_MOMENTS } = committed;
  if (layers && fits(layers, spec, cut)) return { layers, moments };
  return { layers: initialGan(spec, new Random(`${seed}/initial`), 'judged'), moments: NO_MOMENTS };
}

function fits(layers: NamedTensors, spec: GanSpec, cut: Cut): boolean {
  return deviceParameters(spec, cut).every(({ name, shape }) => {
    const kept = layers.get(name)?.shape;
    return kept?.length === shape.length && kept.every((size, axis) => size === shape[axis]);
  });
}
