// Names, shapes and kinds of a network's parameters, in PyTorch's names and layouts.
import { elementCount } from '../tensors/named-tensors.ts';
import type { NetworkSpec } from './layer.ts';
import { cutShapes, imageDimensions, layersWithInputs } from './shapes.ts';

/** One parameter (or running statistic) as files, frames and averages know it. */
export interface ParameterSpec {
  /** For example 'block2.conv.weight'. */
  readonly name: string;
  /** PyTorch's layout. */
  readonly shape: readonly number[];
  /** Running statistics move with the data and are no parameter of the optimiser. */
  readonly trainable: boolean;
}

/** The parameters of blocks `from` to `to` (counted from 1, both included), in the order of the layers. */
export function parametersOf(
  network: NetworkSpec,
  from = 1,
  to: number = network.blocks.length,
): readonly ParameterSpec[] {
  const shapes = cutShapes(network);
  return network.blocks.slice(from - 1, to).flatMap((block, offset) =>
    layersWithInputs(block, shapes[from - 1 + offset] ?? []).flatMap(({ layer, input }): ParameterSpec[] => {
      if (!('name' in layer)) return [];
      const prefix = `${block.name}.${layer.name}`;
      const parameter = (name: string, shape: readonly number[], trainable = true): ParameterSpec => ({
        name: `${prefix}.${name}`,
        shape,
        trainable,
      });
      switch (layer.kind) {
        case 'label-vector':
          return [parameter('weight', [layer.classes, layer.width])];
        case 'label-plane': {
          const [height, width] = imageDimensions(input, layer.kind);
          return [parameter('weight', [layer.classes, height * width])];
        }
        case 'dense':
          return [
            parameter('weight', [layer.outputs, elementCount(input)]),
            parameter('bias', [layer.outputs]),
          ];
        case 'conv2d':
        case 'transposed-conv2d': {
          const channels = imageDimensions(input, layer.kind)[2];
          const pair = layer.kind === 'conv2d' ? [layer.channels, channels] : [channels, layer.channels];
          return [
            parameter('weight', [...pair, layer.kernel, layer.kernel]),
            parameter('bias', [layer.channels]),
          ];
        }
        case 'batch-norm': {
          const channels = [input.at(-1) ?? 0];
          return [
            parameter('weight', channels),
            parameter('bias', channels),
            parameter('running_mean', channels, false),
            parameter('running_var', channels, false),
          ];
        }
        default:
          return layer satisfies never;
      }
    }),
  );
}

/** The number of trainable parameters of blocks `from` to `to` (counted from 1, both included). */
export function parameterCount(network: NetworkSpec, from = 1, to: number = network.blocks.length): number {
  return parametersOf(network, from, to)
    .filter((parameter) => parameter.trainable)
    .reduce((sum, parameter) => sum + elementCount(parameter.shape), 0);
}
