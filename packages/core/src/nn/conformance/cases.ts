// One suite of numeric checks for every backend: each case says by how much the backend's numbers differ from the reference's.
import { tensor, tensor1d, type Tensor } from '@tensorflow/tfjs-core';
import {
  cganSpec,
  cutShapes,
  type BlockSpec,
  type LayerSpec,
  type NetworkSpec,
} from '../../architecture/index.ts';
import type { Random } from '../../random.ts';
import { elementCount, fromHalves, halfExponent, HalfTensor, toHalves } from '../../tensors/index.ts';
import { Block } from '../block.ts';
import { disposeGradients } from '../gradients.ts';
import { initialValues } from '../initialise.ts';
import { toOutside } from '../layout.ts';
import { readAll, readHalves } from '../read.ts';
import { referenceBlock } from './reference.ts';

/** One check of the active backend. */
export interface ConformanceCase {
  readonly name: string;
  /** The largest difference from the reference, relative to the largest number of its tensor where that exceeds 1. */
  run(): Promise<number>;
}

/** Differences beyond this mean that a backend computes something else: it must not train. */
export const CONFORMANCE_TOLERANCE = 1e-4;

/** The whole suite; shapes and numbers come from `random`. */
export function conformanceCases(random: Random): readonly ConformanceCase[] {
  return [
    ...layerCases(random.fork('layers')),
    ...networkCases(random.fork('networks')),
    halvesCase(random.fork('halves')),
  ];
}

/** Every layer kind on its own, convolutions in every combination of kernel and stride that networks use and some odd ones. */
function layerCases(random: Random): ConformanceCase[] {
  const convolutions = (['conv2d', 'transposed-conv2d'] as const).flatMap((kind) =>
    (
      [
        [4, 2, 1, 7],
        [4, 2, 1, 8],
        [3, 1, 1, 7],
        [3, 2, 1, 9],
        [5, 3, 2, 11],
        [2, 2, 0, 6],
        [1, 1, 0, 5],
        [4, 3, 0, 9],
      ] as const
    ).map(([kernel, stride, padding, size]) => {
      const inputShape = [size, size + random.integer(3), 1 + random.integer(8)];
      const layer: LayerSpec = {
        kind,
        name: 'conv',
        channels: 1 + random.integer(8),
        kernel,
        stride,
        padding,
      };
      return layerCase(`${kind} k${kernel} s${stride} p${padding} on ${size}`, inputShape, [layer], random);
    }),
  );
  const norm: LayerSpec = { kind: 'batch-norm', name: 'norm' };
  const dense: LayerSpec = { kind: 'dense', name: 'dense', outputs: 24 };
  return [
    ...convolutions,
    ...largeCases(random),
    layerCase('dense', [40], [dense], random),
    layerCase(
      'dense between flatten and unflatten',
      [3, 2, 4],
      [{ kind: 'flatten' }, dense, norm, unflattenTo(2, 3, 4)],
      random,
    ),
    layerCase('batch-norm of vectors', [60], [norm], random),
    layerCase('batch-norm of images', [9, 8, 5], [norm], random),
    layerCase('relu', [7, 6, 5], [{ kind: 'relu' }], random),
    layerCase('leaky-relu', [7, 6, 5], [{ kind: 'leaky-relu', slope: 0.2 }], random),
    layerCase('tanh', [7, 6, 5], [{ kind: 'tanh' }], random),
    layerCase(
      'label-vector',
      [30],
      [{ kind: 'label-vector', name: 'embedding', classes: 6, width: 4 }],
      random,
    ),
    layerCase('label-plane', [8, 7, 3], [{ kind: 'label-plane', name: 'embedding', classes: 6 }], random),
    layerCase('max-pool', [8, 6, 5], [{ kind: 'max-pool', size: 2 }], random),
    layerCase('max-pool with pixels left over', [11, 7, 3], [{ kind: 'max-pool', size: 2 }], random),
    layerCase('max-pool of 3 x 3', [9, 10, 4], [{ kind: 'max-pool', size: 3 }], random),
    layerCase(
      'max-pool of equal numbers',
      [8, 9, 5],
      [{ kind: 'relu' }, { kind: 'max-pool', size: 2 }],
      random,
    ),
  ];
}

/** Layers so large that a backend with other programs for small ones must use those for large ones. */
function largeCases(random: Random): ConformanceCase[] {
  const large = { name: 'conv', channels: 64, kernel: 4, stride: 2, padding: 1 } as const;
  return [
    layerCase('large conv2d', [16, 16, 48], [{ kind: 'conv2d', ...large }], random),
    layerCase('large transposed-conv2d', [8, 8, 48], [{ kind: 'transposed-conv2d', ...large }], random),
    layerCase('large dense', [1800], [{ kind: 'dense', name: 'dense', outputs: 1600 }], random),
  ];
}

/** Every block of both networks at the narrowest width. */
function networkCases(random: Random): ConformanceCase[] {
  const spec = cganSpec({ width: 1 / 16, imageChannels: 3, zDim: 20 });
  return [spec.generator, spec.discriminator].flatMap((network) =>
    network.blocks.map((block, i) =>
      blockCase(`${network.kind} ${block.name}`, network, i + 1, random.fork(block.name)),
    ),
  );
}

/** What is read back in half precision is bit for bit what the processor makes of the same numbers; NaN stays NaN. */
function halvesCase(random: Random): ConformanceCase {
  const numbers = (count: number, size: number) =>
    Float32Array.from({ length: count }, () => random.normal() * size);
  const spoilt = numbers(70, 1);
  spoilt[33] = NaN;
  const wide = numbers(3001, 1).map((value) => value * 2 ** -random.integer(30));
  const all = [wide, numbers(64, 1e-9), numbers(65, 1e9), numbers(1, 3), new Float32Array(5), spoilt];
  return {
    name: 'read-back in half precision (ENG-14)',
    run: async () => {
      const tensors = all.map((data) => tensor1d(data));
      const read = await readHalves(tensors);
      for (const used of tensors) used.dispose();
      const same = all.every((data, i) => {
        const own = read[i];
        if (data === spoilt) return own?.data.some(Number.isNaN);
        const expected = own instanceof HalfTensor ? inHalves(data) : data;
        return own?.data.every((value, k) => Object.is(value, expected[k]));
      });
      return same ? 0 : Infinity;
    },
  };
}

function inHalves(data: Float32Array): Float32Array {
  const exponent = halfExponent(Math.max(...data.map(Math.abs)));
  return fromHalves(toHalves(data.map((value) => value * 2 ** exponent)), 2 ** -exponent);
}

function layerCase(
  name: string,
  inputShape: readonly number[],
  layers: readonly LayerSpec[],
  random: Random,
): ConformanceCase {
  const block: BlockSpec = { name: 'block1', layers };
  return blockCase(name, { kind: 'generator', inputShape, blocks: [block] }, 1, random.fork(name));
}

/** Forward, input gradient, parameter gradients and what a running pass makes of the committed statistics. */
function blockCase(name: string, network: NetworkSpec, index: number, random: Random): ConformanceCase {
  return {
    name,
    run: async () => {
      const batch = 3 + random.integer(4);
      const shapes = cutShapes(network);
      const [inputShape = [], outputShape = []] = [shapes[index - 1], shapes[index]];
      const normals = (shape: readonly number[]) =>
        Float32Array.from({ length: batch * elementCount(shape) }, () => random.normal());
      const values = initialValues(network, random);
      const [input, gradient] = [normals(inputShape), normals(outputShape)];
      const labels = Array.from({ length: batch }, () => random.integer(6));
      const expected = referenceBlock(network, index, { values, input: Float64Array.from(input), labels });
      const back = expected.backward(Float64Array.from(gradient));

      const block = new Block(network, index);
      block.load(values);
      const x = tensor(input, [batch, ...inputShape]);
      const dy = tensor(gradient, [batch, ...outputShape]);
      const classes = tensor1d(labels, 'int32');
      const { output, context } = block.forward(x, { mode: 'training', labels: classes });
      const found = block.backward(context, dy, { input: true, parameters: true });
      const gradients = found.parameters ?? new Map<string, Tensor>();
      const parameters = block.parameters.filter((parameter) => gradients.has(parameter.name));
      const tensors = [output, ...(found.input ? [found.input] : []), ...gradients.values()];
      const [ownOutput, ownInput, ...own] = await readAll(tensors);
      const names = [...gradients.keys()];
      const differences = [
        difference(ownOutput, expected.output),
        difference(ownInput, back.input),
        ...parameters.map((parameter) => {
          const inside = own[names.indexOf(parameter.name)] ?? new Float32Array();
          return difference(toOutside(parameter.layout, inside), back.parameters.get(parameter.name));
        }),
      ];
      const complete = back.parameters.size === parameters.length;
      context.dispose();
      disposeGradients(gradients);
      for (const used of [x, dy, classes, output]) used.dispose();
      found.input?.dispose();
      block.dispose();
      return complete ? Math.max(...differences) : Infinity;
    },
  };
}

/** The largest difference, relative to the largest expected number where that exceeds 1; infinite for NaN or a wrong count. */
function difference(found: Float32Array | undefined, expected: Float64Array | undefined): number {
  if (!found || found.length !== expected?.length) return Infinity;
  let [largest, scale] = [0, 1];
  expected.forEach((value, i) => {
    const own = found[i] ?? NaN;
    largest = Number.isFinite(own) ? Math.max(largest, Math.abs(own - value)) : Infinity;
    scale = Math.max(scale, Math.abs(value));
  });
  return largest / scale;
}

function unflattenTo(height: number, width: number, channels: number): LayerSpec {
  return { kind: 'unflatten', height, width, channels };
}
