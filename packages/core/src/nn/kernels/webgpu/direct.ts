// Convolutions and dense layers as WGSL in which each thread computes one number from its own loop: one dispatch where
// the tiled programs take several, and no barriers. For small layers only; large ones gain from the tiles' reuse.
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { images, vectors } from '../../axes.ts';
import type { ConvolutionGeometry, Kernels } from '../kernels.ts';
import { elementwise, type Variables } from './programs.ts';

/** The kernels that have a direct form. */
export type Products = Pick<
  Kernels,
  'gather' | 'spread' | 'filterGradient' | 'dense' | 'denseInputGradient' | 'transposedProduct'
>;

/** Multiplications up to which a layer is computed directly; beyond, tiles in shared memory pay. */
const SMALL = 1 << 23;

/** Takes the direct form for small layers and `tiled` for the others. */
export function directWhereSmall(tiled: Products): Products {
  return {
    gather: (image, filter, geometry, bias) =>
      isSmall(image.shape[0], geometry, filter.value)
        ? gather(image, filter.value, geometry, bias)
        : tiled.gather(image, filter, geometry, bias),
    spread: (features, filter, geometry, bias) =>
      isSmall(features.shape[0], geometry, filter.value)
        ? spread(features, filter.value, geometry, bias)
        : tiled.spread(features, filter, geometry, bias),
    filterGradient: (image, features, geometry) => {
      const taps = geometry.kernel ** 2 * image.shape[3];
      return taps * features.size <= SMALL
        ? filterGradient(image, features, geometry)
        : tiled.filterGradient(image, features, geometry);
    },
    dense: (input, weight, bias) =>
      input.shape[0] * weight.value.size <= SMALL
        ? dense(input, weight.value, bias)
        : tiled.dense(input, weight, bias),
    denseInputGradient: (outputGradient, weight) =>
      outputGradient.shape[0] * weight.value.size <= SMALL
        ? denseInputGradient(outputGradient, weight.value)
        : tiled.denseInputGradient(outputGradient, weight),
    transposedProduct: (a, b) =>
      a.size * b.shape[1] <= SMALL ? transposedProduct(a, b) : tiled.transposedProduct(a, b),
  };
}

function isSmall(batch: number, { features: [height, width] }: ConvolutionGeometry, filter: Tensor): boolean {
  return batch * height * width * filter.size <= SMALL;
}

function gather(image: Tensor4D, filter: Tensor, geometry: ConvolutionGeometry, bias?: Tensor1D): Tensor4D {
  const [batch, height, width, channels] = image.shape;
  const { kernel, stride, padding, features } = geometry;
  const count = filter.shape[3] ?? 1;
  return images(
    elementwise(
      `let f = i % ${count};
       let place = i / ${count};
       let top = place / ${features[1]} % ${features[0]} * ${stride} - ${padding};
       let left = place % ${features[1]} * ${stride} - ${padding};
       let sample = place / ${features[0] * features[1]};
       var value = ${bias ? 'bias[f]' : '0.0'};
       for (var ky = max(0, -top); ky < min(${kernel}, ${height} - top); ky++) {
         for (var kx = max(0, -left); kx < min(${kernel}, ${width} - left); kx++) {
           let pixel = ((sample * ${height} + top + ky) * ${width} + left + kx) * ${channels};
           let tap = (ky * ${kernel} + kx) * ${channels * count} + f;
           for (var k = 0; k < ${channels}; k++) { value += image[pixel + k] * taps[tap + k * ${count}]; }
         }
       }`,
      { shape: [batch, ...features, count], variables: withBias({ image, taps: filter }, bias) },
    ),
  );
}

function spread(
  features: Tensor4D,
  filter: Tensor,
  geometry: ConvolutionGeometry,
  bias?: Tensor1D,
): Tensor4D {
  const [batch, rows, columns, count] = features.shape;
  const { kernel, stride, padding, image } = geometry;
  const channels = filter.shape[2] ?? 1;
  return images(
    elementwise(
      `let k = i % ${channels};
       let place = i / ${channels};
       let bottom = place / ${image[1]} % ${image[0]} + ${padding};
       let right = place % ${image[1]} + ${padding};
       let sample = place / ${image[0] * image[1]};
       var value = ${bias ? 'bias[k]' : '0.0'};
       for (var ky = bottom % ${stride}; ky < min(${kernel}, bottom + 1); ky += ${stride}) {
         let row = (bottom - ky) / ${stride};
         if (row >= ${rows}) { continue; }
         for (var kx = right % ${stride}; kx < min(${kernel}, right + 1); kx += ${stride}) {
           let column = (right - kx) / ${stride};
           if (column >= ${columns}) { continue; }
           let place = ((sample * ${rows} + row) * ${columns} + column) * ${count};
           let tap = ((ky * ${kernel} + kx) * ${channels} + k) * ${count};
           for (var f = 0; f < ${count}; f++) { value += features[place + f] * taps[tap + f]; }
         }
       }`,
      { shape: [batch, ...image, channels], variables: withBias({ features, taps: filter }, bias) },
    ),
  );
}

/** First each sample's own gradient, then their sum: enough threads for a GPU although a filter is small. */
function filterGradient(image: Tensor4D, features: Tensor4D, geometry: ConvolutionGeometry): Tensor4D {
  const [batch, height, width, channels] = image.shape;
  const [, rows, columns, count] = features.shape;
  const { kernel, stride, padding } = geometry;
  const shape = [kernel, kernel, channels, count];
  const size = kernel * kernel * channels * count;
  const ofSamples = elementwise(
    `let f = i % ${count};
     let k = i / ${count} % ${channels};
     let kx = i / ${count * channels} % ${kernel} - ${padding};
     let ky = i / ${count * channels * kernel} % ${kernel} - ${padding};
     let sample = i / ${size};
     var value = 0.0;
     for (var row = 0; row < ${rows}; row++) {
       let y = row * ${stride} + ky;
       if (y < 0 || y >= ${height}) { continue; }
       for (var column = 0; column < ${columns}; column++) {
         let x = column * ${stride} + kx;
         if (x < 0 || x >= ${width}) { continue; }
         value += image[((sample * ${height} + y) * ${width} + x) * ${channels} + k]
           * features[((sample * ${rows} + row) * ${columns} + column) * ${count} + f];
       }
     }`,
    { shape: [batch, ...shape], variables: { image, features } },
  );
  return images(
    elementwise(
      `var value = 0.0;
       for (var sample = 0; sample < ${batch}; sample++) { value += ofSamples[sample * ${size} + i]; }`,
      { shape, variables: { ofSamples } },
    ),
  );
}

function dense(input: Tensor2D, weight: Tensor, bias?: Tensor1D): Tensor2D {
  const [batch, inputs] = input.shape;
  const outputs = weight.shape[1] ?? 1;
  return vectors(
    elementwise(
      `let sample = i / ${outputs} * ${inputs};
       let output = i % ${outputs};
       var value = ${bias ? 'bias[output]' : '0.0'};
       for (var k = 0; k < ${inputs}; k++) { value += input[sample + k] * weight[k * ${outputs} + output]; }`,
      { shape: [batch, outputs], variables: withBias({ input, weight }, bias) },
    ),
  );
}

function denseInputGradient(outputGradient: Tensor2D, weight: Tensor): Tensor2D {
  const [batch, outputs] = outputGradient.shape;
  const inputs = weight.shape[0];
  return vectors(
    elementwise(
      `let sample = i / ${inputs} * ${outputs};
       let row = i % ${inputs} * ${outputs};
       var value = 0.0;
       for (var k = 0; k < ${outputs}; k++) { value += outputGradient[sample + k] * weight[row + k]; }`,
      { shape: [batch, inputs], variables: { outputGradient, weight } },
    ),
  );
}

/** The first factor may be a one-hot matrix, which the backend keeps as integers even after a cast. */
function transposedProduct(a: Tensor2D, b: Tensor2D): Tensor2D {
  const [batch, rows] = a.shape;
  const columns = b.shape[1];
  return vectors(
    elementwise(
      `let row = i / ${columns};
       let column = i % ${columns};
       var value = 0.0;
       for (var k = 0; k < ${batch}; k++) { value += f32(a[k * ${rows} + row]) * b[k * ${columns} + column]; }`,
      { shape: [rows, columns], variables: { a, b } },
    ),
  );
}

function withBias(variables: Variables, bias: Tensor1D | undefined): Variables {
  return bias ? { ...variables, bias } : variables;
}
