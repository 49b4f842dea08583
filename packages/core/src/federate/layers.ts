// Which tensors of the two networks live where, by their full names ('generator.block1.dense.weight').
import {
  heldBlocks,
  networksOf,
  parametersOf,
  type Cut,
  type GanSpec,
  type NetworkSpec,
  type ParameterSpec,
  type Schedule,
} from '../architecture/index.ts';
import { elementCount, tensorNamed, type NamedTensors, type PlainTensor } from '../tensors/index.ts';

/** Parameters and running statistics of blocks `from` to `to`, the network's kind before their names. */
export function networkParameters(network: NetworkSpec, from: number, to: number): ParameterSpec[] {
  return parametersOf(network, from, to).map((parameter) => ({
    ...parameter,
    name: `${network.kind}.${parameter.name}`,
  }));
}

/** Those of all networks of a schedule, whole, generators first; of the pair unless a schedule is named. */
export function ganParameters(spec: GanSpec, schedule: Schedule = 'split'): ParameterSpec[] {
  return networksOf(spec, schedule).flatMap((network) =>
    networkParameters(network, 1, network.blocks.length),
  );
}

/** Those of a device with this cut: its heads and tails. */
export function deviceParameters(spec: GanSpec, cut: Cut): ParameterSpec[] {
  return heldBlocks(spec, cut).flatMap(({ network, from, to }) => networkParameters(network, from, to));
}

/** Those of the body: blocks 2 to N-1 of both networks, whatever the cuts. */
export function bodyParameters(spec: GanSpec): ParameterSpec[] {
  return networksOf(spec, 'split').flatMap((network) =>
    networkParameters(network, 2, network.blocks.length - 1),
  );
}

/** From the layers of whole networks, those that a device with this cut holds. */
export function deviceLayers(layers: NamedTensors, spec: GanSpec, cut: Cut): NamedTensors {
  return pickTensors(layers, deviceParameters(spec, cut));
}

/** The tensors of these parameters, in their order; throws where one is missing or of another shape. */
export function pickTensors(values: NamedTensors, parameters: readonly ParameterSpec[]): NamedTensors {
  return new Map(
    parameters.map(({ name, shape }): [string, PlainTensor] => {
      const tensor = tensorNamed(values, name);
      const fits = tensor.shape.length === shape.length && tensor.shape.every((s, i) => s === shape[i]);
      if (!fits || tensor.data.length !== elementCount(shape))
        throw new RangeError(`"${name}" is [${tensor.shape.join(', ')}] where [${shape.join(', ')}] belongs`);
      return [name, tensor];
    }),
  );
}
