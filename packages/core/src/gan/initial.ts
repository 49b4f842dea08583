// The first values of both networks.
import type { GanSpec } from '../architecture/index.ts';
import { initialValues } from '../nn/index.ts';
import type { Random } from '../random.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { merged, withKind } from './names.ts';

/** PyTorch's default initialisation of both networks, named 'generator.block1.…' and 'discriminator.block1.…'. */
export function initialGan(spec: GanSpec, random: Random): NamedTensors {
  return merged(
    [spec.generator, spec.discriminator].map((network) =>
      withKind(network, initialValues(network, random.fork(network.kind))),
    ),
  );
}
