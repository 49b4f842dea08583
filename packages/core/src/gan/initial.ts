// The first values of all networks.
import { networksOf, type GanSpec, type Schedule } from '../architecture/index.ts';
import { initialValues } from '../nn/index.ts';
import type { Random } from '../random.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { merged, withKind } from './names.ts';

/** PyTorch's default initialisation of a schedule's networks, named 'generator.block1.…' and 'discriminator.block1.…'. */
export function initialGan(spec: GanSpec, random: Random, schedule: Schedule = 'split'): NamedTensors {
  return merged(
    networksOf(spec, schedule).map((network) =>
      withKind(network, initialValues(network, random.fork(network.kind))),
    ),
  );
}
