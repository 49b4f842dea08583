// From a block's layers as data to layers with parameters.
import {
  layerOutputShape,
  layersWithInputs,
  type BlockSpec,
  type LayerSpec,
} from '../../architecture/index.ts';
import { elementCount } from '../../tensors/index.ts';
import type { ConvolutionGeometry } from '../kernels/kernels.ts';
import { denseLayout, filterLayout, sameLayout, unitLayout, type Layout, type UnitShape } from '../layout.ts';
import { Parameter } from '../parameter.ts';
import { LeakyRelu, Tanh } from './activations.ts';
import { BatchNorm } from './batch-norm.ts';
import { Convolution, TransposedConvolution } from './convolution.ts';
import { Dense } from './dense.ts';
import { Label } from './label.ts';
import type { Layer } from './layer.ts';
import { MaxPool } from './max-pool.ts';
import { Reshape } from './reshape.ts';

/** The block's layers in order, without values. `input` is the per-sample shape that enters it. */
export function buildLayers(block: BlockSpec, input: readonly number[]): readonly Layer[] {
  const placed = layersWithInputs(block, input);
  const layers: Layer[] = [];
  placed.forEach(({ layer, input: shape }, index) => {
    const parameter = (name: string, layout: Layout, trainable = true) =>
      new Parameter(`${block.name}.${'name' in layer ? layer.name : ''}.${name}`, trainable, layout);
    const before = placed[index - 1];
    const place = {
      input: shape,
      flattened: before?.layer.kind === 'flatten' ? channelFirst(before.input) : undefined,
      ahead: unflattenedImage(block, index),
      normalised: block.layers[index + 1]?.kind === 'batch-norm',
      biasBefore: layers.at(-1)?.omittedBias,
      parameter,
    };
    layers.push(buildLayer(layer, place));
  });
  return layers;
}

interface Place {
  readonly input: readonly number[];
  /** The image that a flatten just before this layer made a vector of. */
  readonly flattened: UnitShape | undefined;
  /** The image that an unflatten later in the block makes of this layer's output vector. */
  readonly ahead: UnitShape | undefined;
  /** Whether the next layer is a batch normalisation. */
  readonly normalised: boolean;
  /** The bias that the layer before leaves out of training passes. */
  readonly biasBefore: Parameter | undefined;
  readonly parameter: (name: string, layout: Layout, trainable?: boolean) => Parameter;
}

function buildLayer(layer: LayerSpec, place: Place): Layer {
  const { input, parameter } = place;
  switch (layer.kind) {
    case 'label-vector':
      return new Label(parameter('weight', sameLayout([layer.classes, layer.width])));
    case 'label-plane': {
      const plane = input.slice(0, 2);
      return new Label(parameter('weight', sameLayout([layer.classes, elementCount(plane)])), plane);
    }
    case 'dense': {
      const behind = { input: place.flattened, output: place.ahead };
      const weight = parameter('weight', denseLayout(layer.outputs, elementCount(input), behind));
      const bias = parameter('bias', unitLayout(layer.outputs, place.ahead));
      return new Dense({ weight, bias, normalised: place.normalised });
    }
    case 'conv2d':
    case 'transposed-conv2d': {
      const down = layer.kind === 'conv2d';
      const into = input[2] ?? 0;
      const weight = parameter(
        'weight',
        down
          ? filterLayout(layer.channels, into, layer.kernel)
          : filterLayout(into, layer.channels, layer.kernel),
      );
      const bias = parameter('bias', sameLayout([layer.channels]));
      const output = layerOutputShape(layer, input);
      const geometry = down ? geometryOf(layer, input, output) : geometryOf(layer, output, input);
      const parts = { weight, bias, geometry, normalised: place.normalised };
      return down ? new Convolution(parts) : new TransposedConvolution(parts);
    }
    case 'batch-norm': {
      const layout = unitLayout(input.at(-1) ?? 0, place.ahead);
      const own = {
        scale: parameter('weight', layout),
        shift: parameter('bias', layout),
        runningMean: parameter('running_mean', layout, false),
        runningVariance: parameter('running_var', layout, false),
      };
      return new BatchNorm(own, place.biasBefore);
    }
    case 'relu':
      return new LeakyRelu(0);
    case 'leaky-relu':
      return new LeakyRelu(layer.slope);
    case 'tanh':
      return new Tanh();
    case 'max-pool':
      return new MaxPool(layer.size);
    case 'unflatten':
    case 'flatten':
      return new Reshape(layerOutputShape(layer, input));
    default:
      return layer satisfies never;
  }
}

/** The image that a later unflatten makes of the vector between layer `index` and it, if nothing renumbers it before. */
function unflattenedImage(block: BlockSpec, index: number): UnitShape | undefined {
  for (const layer of block.layers.slice(index + 1)) {
    if (layer.kind === 'unflatten') return [layer.channels, layer.height, layer.width];
    if (layer.kind === 'dense' || layer.kind === 'label-vector') return undefined;
  }
  return undefined;
}

function channelFirst(image: readonly number[]): UnitShape {
  const [height = 0, width = 0, channels = 0] = image;
  return [channels, height, width];
}

function geometryOf(
  layer: Extract<LayerSpec, { kind: 'conv2d' | 'transposed-conv2d' }>,
  image: readonly number[],
  features: readonly number[],
): ConvolutionGeometry {
  const size = (shape: readonly number[]) => [shape[0] ?? 0, shape[1] ?? 0] as const;
  const { kernel, stride, padding } = layer;
  return { kernel, stride, padding, image: size(image), features: size(features) };
}
