// Blocks in plain 64-bit numbers, straight from their definitions: what every backend is compared with.
import {
  layersWithInputs,
  layerOutputShape,
  type LayerSpec,
  type NetworkSpec,
} from '../../architecture/index.ts';
import { cutShapes } from '../../architecture/index.ts';
import { elementCount, tensorNamed, type NamedTensors } from '../../tensors/index.ts';

/** A block's training pass in plain numbers; images are [batch, height, width, channels]. */
export interface ReferencePass {
  readonly output: Float64Array;
  /** The gradients for a gradient at the output; parameters by full name in PyTorch's layout. */
  backward(gradient: Float64Array): { input: Float64Array; parameters: Map<string, Float64Array> };
}

/** What enters a block. */
export interface ReferenceInput {
  readonly values: NamedTensors;
  readonly input: Float64Array;
  readonly labels: readonly number[];
}

/** Block `index` (counted from 1) of the network in training mode. */
export function referenceBlock(network: NetworkSpec, index: number, given: ReferenceInput): ReferencePass {
  const block = network.blocks[index - 1];
  const shape = cutShapes(network)[index - 1];
  if (!block || !shape) throw new RangeError(`there is no block ${index}`);
  const passes: ReferencePass[] = [];
  let x = given.input;
  for (const { layer, input } of layersWithInputs(block, shape)) {
    const prefix = 'name' in layer ? `${block.name}.${layer.name}` : block.name;
    const pass = referenceLayer(layer, {
      ...given,
      input: x,
      prefix,
      shape: input,
      batch: given.labels.length,
    });
    passes.push(pass);
    x = pass.output;
  }
  return {
    output: x,
    backward: (gradient) => {
      const parameters = new Map<string, Float64Array>();
      let g = gradient;
      for (const pass of passes.toReversed()) {
        const found = pass.backward(g);
        g = found.input;
        for (const [name, value] of found.parameters) parameters.set(name, value);
      }
      return { input: g, parameters };
    },
  };
}

interface Place extends ReferenceInput {
  readonly prefix: string;
  readonly shape: readonly number[];
  readonly batch: number;
}

function referenceLayer(layer: LayerSpec, place: Place): ReferencePass {
  const { input, shape } = place;
  switch (layer.kind) {
    case 'dense':
      return bilinear(place, layer.outputs, denseTerms(elementCount(shape), layer.outputs));
    case 'conv2d':
    case 'transposed-conv2d':
      return bilinear(place, elementCount(layerOutputShape(layer, shape)), convolutionTerms(layer, shape));
    case 'batch-norm':
      return batchNorm(place);
    case 'relu':
      return elementwise(
        input,
        (x) => Math.max(x, 0),
        (_, x) => (x > 0 ? 1 : 0),
      );
    case 'leaky-relu':
      return elementwise(
        input,
        (x) => Math.max(x, layer.slope * x),
        (_, x) => (x > 0 ? 1 : layer.slope),
      );
    case 'tanh':
      return elementwise(input, Math.tanh, (y) => 1 - y * y);
    case 'max-pool':
      return maxPool(layer.size, place);
    case 'label-vector':
    case 'label-plane':
      return label(layer, place);
    case 'unflatten':
      return moved(place, channelFirst([layer.height, layer.width, layer.channels]));
    case 'flatten':
      return moved(place, inverse(channelFirst(shape)));
    default:
      return layer satisfies never;
  }
}

/** Calls back with the places of each product input x weight that is added to an output, within one sample. */
type Terms = (add: (input: number, weight: number, output: number) => void) => void;

function denseTerms(inputs: number, outputs: number): Terms {
  return (add) => {
    for (let o = 0; o < outputs; o++) for (let i = 0; i < inputs; i++) add(i, o * inputs + i, o);
  };
}

/** PyTorch's definition: pixel (y, x) meets feature (v, u) through tap (y + padding - stride v, x + padding - stride u). */
function convolutionTerms(
  layer: Extract<LayerSpec, { kind: 'conv2d' | 'transposed-conv2d' }>,
  shape: readonly number[],
): Terms {
  const { kernel, stride, padding, kind } = layer;
  const down = kind === 'conv2d';
  const output = layerOutputShape(layer, shape);
  const [height = 0, width = 0, colours = 0] = down ? shape : output;
  const [rows = 0, columns = 0, features = 0] = down ? output : shape;
  return (add) => {
    for (let v = 0; v < rows; v++)
      for (let u = 0; u < columns; u++)
        for (let t = 0; t < kernel; t++)
          for (let s = 0; s < kernel; s++) {
            const [y, x] = [v * stride + t - padding, u * stride + s - padding];
            if (y < 0 || y >= height || x < 0 || x >= width) continue;
            for (let f = 0; f < features; f++)
              for (let c = 0; c < colours; c++) {
                const pixel = (y * width + x) * colours + c;
                const feature = (v * columns + u) * features + f;
                // Both weights are [features, colours, kernel, kernel]: [out, in] of one, [in, out] of the other.
                const weight = ((f * colours + c) * kernel + t) * kernel + s;
                if (down) add(pixel, weight, feature);
                else add(feature, weight, pixel);
              }
          }
  };
}

/** Layers that are linear in their input and in their weight, with a bias per output channel. */
function bilinear({ prefix, input, values, batch }: Place, outputs: number, terms: Terms): ReferencePass {
  const weight = tensorNamed(values, `${prefix}.weight`).data;
  const bias = tensorNamed(values, `${prefix}.bias`).data;
  const inputs = input.length / batch;
  const output = Float64Array.from({ length: batch * outputs }, (_, i) => at(bias, i % bias.length));
  const perSample = (visit: (start: { readonly in: number; readonly out: number }) => void) => {
    for (let n = 0; n < batch; n++) visit({ in: n * inputs, out: n * outputs });
  };
  perSample((start) =>
    terms((i, w, o) => increase(output, start.out + o, at(input, start.in + i) * at(weight, w))),
  );
  return {
    output,
    backward: (gradient) => {
      const [ofInput, ofWeight] = [new Float64Array(input.length), new Float64Array(weight.length)];
      perSample((start) =>
        terms((i, w, o) => {
          increase(ofInput, start.in + i, at(gradient, start.out + o) * at(weight, w));
          increase(ofWeight, w, at(gradient, start.out + o) * at(input, start.in + i));
        }),
      );
      const ofBias = new Float64Array(bias.length);
      gradient.forEach((g, i) => increase(ofBias, i % bias.length, g));
      const parameters = new Map([
        [`${prefix}.weight`, ofWeight],
        [`${prefix}.bias`, ofBias],
      ]);
      return { input: ofInput, parameters };
    },
  };
}

function batchNorm({ prefix, input, values }: Place): ReferencePass {
  const scale = tensorNamed(values, `${prefix}.weight`).data;
  const shift = tensorNamed(values, `${prefix}.bias`).data;
  const count = scale.length;
  const samples = input.length / count;
  const sums = (term: (i: number) => number) => {
    const total = new Float64Array(count);
    input.forEach((_, i) => increase(total, i % count, term(i)));
    return total;
  };
  const mean = sums((i) => at(input, i) / samples);
  const variance = sums((i) => (at(input, i) - at(mean, i % count)) ** 2 / samples);
  const deviation = variance.map((v) => Math.sqrt(v + 1e-5));
  const normalised = input.map((x, i) => (x - at(mean, i % count)) / at(deviation, i % count));
  return {
    output: normalised.map((x, i) => x * at(scale, i % count) + at(shift, i % count)),
    backward: (gradient) => {
      const ofShift = sums((i) => at(gradient, i));
      const ofScale = sums((i) => at(gradient, i) * at(normalised, i));
      const ofInput = gradient.map((g, i) => {
        const c = i % count;
        const centred = g - at(ofShift, c) / samples - (at(normalised, i) * at(ofScale, c)) / samples;
        return (centred * at(scale, c)) / at(deviation, c);
      });
      const parameters = new Map([
        [`${prefix}.weight`, ofScale],
        [`${prefix}.bias`, ofShift],
      ]);
      return { input: ofInput, parameters };
    },
  };
}

function elementwise(
  input: Float64Array,
  value: (x: number) => number,
  slope: (output: number, input: number) => number,
): ReferencePass {
  const output = input.map((x) => value(x));
  return {
    output,
    backward: (gradient) => ({
      input: gradient.map((g, i) => g * slope(at(output, i), at(input, i))),
      parameters: new Map(),
    }),
  };
}

/** Each output is the first of the largest numbers of its window, row by row. */
function maxPool(size: number, { input, shape, batch }: Place): ReferencePass {
  const [height = 0, width = 0, channels = 0] = shape;
  const [rows, columns] = [Math.floor(height / size), Math.floor(width / size)];
  const chosen = Array.from({ length: batch * rows * columns * channels }, (_, i) => {
    const [c, pixel] = [i % channels, Math.floor(i / channels)];
    const [u, v] = [pixel % columns, Math.floor(pixel / columns) % rows];
    const sample = Math.floor(pixel / (rows * columns));
    const window = Array.from({ length: size * size }, (_, k) => {
      const [y, x] = [v * size + Math.floor(k / size), u * size + (k % size)];
      return ((sample * height + y) * width + x) * channels + c;
    });
    return window.reduce((best, place) => (at(input, place) > at(input, best) ? place : best));
  });
  return {
    output: Float64Array.from(chosen, (place) => at(input, place)),
    backward: (gradient) => {
      const ofInput = new Float64Array(input.length);
      chosen.forEach((place, i) => increase(ofInput, place, at(gradient, i)));
      return { input: ofInput, parameters: new Map() };
    },
  };
}

/** Each sample is a run of groups (pixels, or one vector); every group gets its share of the class's embedding behind it. */
function label(layer: Extract<LayerSpec, { classes: number }>, place: Place): ReferencePass {
  const { prefix, input, values, labels, shape } = place;
  const embedding = tensorNamed(values, `${prefix}.weight`).data;
  const width = embedding.length / layer.classes;
  const own = layer.kind === 'label-vector' ? width : 1;
  const size = shape.at(-1) ?? 0;
  const groups = elementCount(shape) / size;
  const places = labels.flatMap((label, n) =>
    Array.from({ length: groups * (size + own) }, (_, k) => {
      const [group, unit] = [Math.floor(k / (size + own)), k % (size + own)];
      return unit < size
        ? { input: (n * groups + group) * size + unit }
        : { embedding: label * width + group * own + unit - size };
    }),
  );
  return {
    output: Float64Array.from(places, (from) =>
      from.input === undefined ? at(embedding, from.embedding) : at(input, from.input),
    ),
    backward: (gradient) => {
      const [ofInput, ofEmbedding] = [new Float64Array(input.length), new Float64Array(embedding.length)];
      places.forEach((from, i) => {
        if (from.input === undefined) increase(ofEmbedding, from.embedding, at(gradient, i));
        else increase(ofInput, from.input, at(gradient, i));
      });
      return { input: ofInput, parameters: new Map([[`${prefix}.weight`, ofEmbedding]]) };
    },
  };
}

/** Every sample's numbers in another order: output i is input `order[i]`. */
function moved({ input }: Place, order: readonly number[]): ReferencePass {
  const apply = (x: Float64Array, places: readonly number[]) =>
    x.map((_, i) => {
      const sample = Math.floor(i / places.length) * places.length;
      return at(x, sample + at(places, i - sample));
    });
  return {
    output: apply(input, order),
    backward: (gradient) => ({ input: apply(gradient, inverse(order)), parameters: new Map() }),
  };
}

/** For each number of a [height, width, channels] image its place in the channel-first vector. */
function channelFirst([height = 0, width = 0, channels = 0]: readonly number[]): number[] {
  return Array.from({ length: height * width * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    return (i % channels) * height * width + pixel;
  });
}

function inverse(order: readonly number[]): number[] {
  const back = new Array<number>(order.length).fill(0);
  order.forEach((from, to) => (back[from] = to));
  return back;
}

function at(numbers: ArrayLike<number>, i: number): number {
  const value = numbers[i];
  if (value === undefined) throw new RangeError(`place ${i} of ${numbers.length}`);
  return value;
}

function increase(numbers: Float64Array, i: number, by: number): void {
  numbers[i] = at(numbers, i) + by;
}
