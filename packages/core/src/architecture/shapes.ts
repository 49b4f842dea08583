// Per-sample shapes through a network, derived from its layers.
import { elementCount } from '../tensors/named-tensors.ts';
import type { BlockSpec, LayerSpec, NetworkSpec } from './layer.ts';

/** [height, width, channels] of an image-shaped activation; a vector is refused by name. */
export function imageDimensions(shape: readonly number[], what: string): [number, number, number] {
  const [height, width, channels] = shape;
  if (shape.length !== 3 || height === undefined || width === undefined || channels === undefined) {
    throw new RangeError(`${what} needs an image-shaped input, not [${shape.join(', ')}]`);
  }
  return [height, width, channels];
}

/** The per-sample output shape of a layer for a per-sample input shape. */
export function layerOutputShape(layer: LayerSpec, input: readonly number[]): readonly number[] {
  switch (layer.kind) {
    case 'label-vector':
      return [elementCount(input) + layer.width];
    case 'label-plane': {
      const [height, width, channels] = imageDimensions(input, layer.kind);
      return [height, width, channels + 1];
    }
    case 'dense':
      return [layer.outputs];
    case 'conv2d': {
      const [height, width] = imageDimensions(input, layer.kind);
      const size = (length: number) =>
        Math.floor((length + 2 * layer.padding - layer.kernel) / layer.stride) + 1;
      return [size(height), size(width), layer.channels];
    }
    case 'transposed-conv2d': {
      const [height, width] = imageDimensions(input, layer.kind);
      const size = (length: number) => (length - 1) * layer.stride - 2 * layer.padding + layer.kernel;
      return [size(height), size(width), layer.channels];
    }
    case 'max-pool': {
      const [height, width, channels] = imageDimensions(input, layer.kind);
      return [Math.floor(height / layer.size), Math.floor(width / layer.size), channels];
    }
    case 'unflatten':
      return [layer.height, layer.width, layer.channels];
    case 'flatten':
      return [elementCount(input)];
    case 'batch-norm':
    case 'relu':
    case 'leaky-relu':
    case 'tanh':
      return input;
    default:
      return layer satisfies never;
  }
}

/** Every layer of the block with the per-sample shape that enters it. */
export function layersWithInputs(
  block: BlockSpec,
  input: readonly number[],
): { readonly layer: LayerSpec; readonly input: readonly number[] }[] {
  let shape = input;
  return block.layers.map((layer) => {
    const entry = { layer, input: shape };
    shape = layerOutputShape(layer, shape);
    return entry;
  });
}

/** The per-sample shape after a block. */
export function blockOutputShape(block: BlockSpec, input: readonly number[]): readonly number[] {
  return block.layers.reduce<readonly number[]>((shape, layer) => layerOutputShape(layer, shape), input);
}

/**
 * Per-sample shapes at the places where a network can be cut: entry 0 is the network's input (without labels),
 * entry b the output of block b (blocks counted from 1).
 */
export function cutShapes(network: NetworkSpec): readonly (readonly number[])[] {
  const shapes: (readonly number[])[] = [network.inputShape];
  for (const block of network.blocks) shapes.push(blockOutputShape(block, shapes.at(-1) ?? []));
  return shapes;
}
