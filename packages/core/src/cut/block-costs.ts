// What each block costs in operations and bytes, derived from the networks by the paper's counting rules.
import {
  imageDimensions,
  layerOutputShape,
  layersWithInputs,
  cutShapes,
  type GanSpec,
  type LayerSpec,
  type GanNetworkSpec,
} from '../architecture/index.ts';
import { elementCount } from '../tensors/index.ts';

/** Cost of one block for a whole batch. */
export interface BlockCost {
  readonly forwardGigaflops: number;
  readonly backwardGigaflops: number;
  /** The output as 32-bit floats. */
  readonly outputBytes: number;
}

/** Costs of both networks, block by block from the input. */
export interface GanCosts {
  readonly generator: readonly BlockCost[];
  readonly discriminator: readonly BlockCost[];
}

interface Flops {
  readonly forward: number;
  readonly backward: number;
}

/** The sigmoid that the networks leave to the loss; the paper counts it with the discriminator's last block. */
const SIGMOID: Flops = { forward: 3, backward: 2 };
const FREE: Flops = { forward: 0, backward: 0 };

/**
 * The costs at a batch size. Counting rules of the HuSCF-GAN authors' code: with A multiply-adds and b outputs a linear
 * or (transposed) convolutional layer takes 2A + b forwards and 4A + b backwards, the network's first one 2A + b.
 */
export function ganCosts(spec: GanSpec, batch: number): GanCosts {
  return {
    generator: networkCosts(spec.generator, batch),
    discriminator: networkCosts(spec.discriminator, batch),
  };
}

function networkCosts(network: GanNetworkSpec, batch: number): BlockCost[] {
  const shapes = cutShapes(network);
  const first = network.blocks[0]?.layers.find((layer) => hasWeights(layer));
  return network.blocks.map((block, index) => {
    const outputs = elementCount(shapes[index + 1] ?? []);
    const isLast = index === network.blocks.length - 1;
    const parts = layersWithInputs(block, shapes[index] ?? []).map(({ layer, input }) =>
      layerFlops(layer, input, layer === first),
    );
    if (isLast && network.kind === 'discriminator') parts.push(perElement(SIGMOID, outputs));
    const gigaflops = (pass: keyof Flops) => (batch * parts.reduce((sum, part) => sum + part[pass], 0)) / 1e9;
    return {
      forwardGigaflops: gigaflops('forward'),
      backwardGigaflops: gigaflops('backward'),
      outputBytes: batch * outputs * Float32Array.BYTES_PER_ELEMENT,
    };
  });
}

/** Operations of one layer for one sample. */
function layerFlops(layer: LayerSpec, input: readonly number[], isFirst: boolean): Flops {
  const output = layerOutputShape(layer, input);
  const elements = elementCount(output);
  switch (layer.kind) {
    case 'dense':
      return weighted(elementCount(input) * elements, elements, isFirst);
    case 'conv2d':
    case 'transposed-conv2d': {
      const channels = imageDimensions(input, layer.kind)[2];
      // The authors count a transposed convolution by its output size too.
      return weighted(channels * layer.kernel ** 2 * elements, elements, isFirst);
    }
    case 'batch-norm':
      return perElement({ forward: 8, backward: 11 }, elements);
    case 'relu':
      return perElement({ forward: 1, backward: 2 }, elements);
    case 'leaky-relu':
      return perElement({ forward: 2, backward: 3 }, elements);
    case 'tanh':
      return perElement({ forward: 5, backward: 3 }, elements);
    case 'max-pool':
      return perElement({ forward: layer.size ** 2, backward: layer.size ** 2 }, elements);
    case 'label-vector':
    case 'label-plane':
    case 'unflatten':
    case 'flatten':
      return FREE;
    default:
      return layer satisfies never;
  }
}

function weighted(multiplyAdds: number, outputs: number, isFirst: boolean): Flops {
  return {
    forward: 2 * multiplyAdds + outputs,
    backward: (isFirst ? 2 : 4) * multiplyAdds + outputs,
  };
}

function perElement(flops: Flops, elements: number): Flops {
  return { forward: flops.forward * elements, backward: flops.backward * elements };
}

function hasWeights(layer: LayerSpec): boolean {
  return layer.kind === 'dense' || layer.kind === 'conv2d' || layer.kind === 'transposed-conv2d';
}
