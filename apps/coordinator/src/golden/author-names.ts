// The authors' names of segments and parameters, and what they are called here.
import {
  deviceBlocks,
  type Cut,
  type GanSpec,
  type GanNetworkSpec,
  type ParameterSpec,
} from '@tessera/core/architecture';
import { bodyParameters, deviceParameters, pickTensors } from '@tessera/core/federate';
import { tensorNamed, type NamedTensors } from '@tessera/core/tensors';

/** The modules of a network's first and last block, by our layer names. */
const OUTER_MODULES = {
  generator: {
    first: { embedding: 'label_embedding', dense: 'fc.0', norm: 'fc.1' },
    last: { conv: 'deconv.0' },
  },
  discriminator: {
    first: { embedding: 'label_embedding', conv: 'conv.0', norm: 'conv.1' },
    last: { dense: 'fc.0' },
  },
} as const satisfies Record<GanNetworkSpec['kind'], Record<'first' | 'last', Record<string, string>>>;

/** A movable block is a sequence of its main layer and its normalisation. */
const MOVABLE_MODULES: Readonly<Record<string, string>> = { conv: '0', norm: '1' };

/** A device's layers at a moment of the reference, under our names. */
export function deviceValues(
  tensors: NamedTensors,
  { spec, cut, moment, id }: { spec: GanSpec; cut: Cut; moment: string; id: string },
): NamedTensors {
  return renamed(
    tensors,
    deviceParameters(spec, cut),
    (name) => `${moment}/${id}/${deviceName(spec, cut, name)}`,
  );
}

/** The body's layers at a moment of the reference, under our names. */
export function bodyValues(
  tensors: NamedTensors,
  { spec, moment }: { spec: GanSpec; moment: string },
): NamedTensors {
  return renamed(tensors, bodyParameters(spec), (name) => `${moment}/server/${bodyName(name)}`);
}

/** For example 'generator.block2.conv.weight' at a head: 'gHead/extra.0.0.weight'. */
export function deviceName(spec: GanSpec, cut: Cut, name: string): string {
  const { kind, index, layer, own } = parts(name);
  const { head, tailFrom } = deviceBlocks(spec[kind], cut);
  const atHead = index <= head;
  const segment = `${kind.slice(0, 1)}${atHead ? 'Head' : 'Tail'}`;
  const outer: Readonly<Record<string, string>> | undefined =
    index === 1
      ? OUTER_MODULES[kind].first
      : index === spec[kind].blocks.length
        ? OUTER_MODULES[kind].last
        : undefined;
  const module = outer ? outer[layer] : movableModule(index - (atHead ? 2 : tailFrom), layer);
  return `${segment}/${module ?? unknown(name)}.${own}`;
}

/** For example 'discriminator.block3.norm.bias': 'dBody/extra.1.1.bias'. */
export function bodyName(name: string): string {
  const { kind, index, layer, own } = parts(name);
  return `${kind.slice(0, 1)}Body/${movableModule(index - 2, layer) ?? unknown(name)}.${own}`;
}

function movableModule(position: number, layer: string): string | undefined {
  const place = MOVABLE_MODULES[layer];
  return place === undefined ? undefined : `extra.${position}.${place}`;
}

function renamed(
  tensors: NamedTensors,
  parameters: readonly ParameterSpec[],
  theirName: (ours: string) => string,
): NamedTensors {
  const ours = parameters.map(({ name }) => [name, tensorNamed(tensors, theirName(name))] as const);
  return pickTensors(new Map(ours), parameters);
}

function parts(name: string) {
  const [, network, index, layer = '', own = ''] =
    /^(generator|discriminator)\.block(\d+)\.(\w+)\.(\w+)$/.exec(name) ?? [];
  const kind = (['generator', 'discriminator'] as const).find((other) => other === network);
  return { kind: kind ?? unknown(name), index: Number(index), layer, own };
}

function unknown(name: string): never {
  throw new RangeError(`"${name}" has no counterpart in the authors' networks`);
}
