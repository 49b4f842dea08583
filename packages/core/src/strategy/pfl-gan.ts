// PFL-GAN: every device trains a GAN of its own, on its images and on those that generators of similar devices drew.
import type { Random } from '../random.ts';
import { elementCount, type PlainTensor } from '../tensors/index.ts';
import { partDivergence, partMoments } from './likeness-of-images.ts';
import { eachForItself, inIdOrder } from './parts.ts';
import type { Strategy } from './strategy.ts';

/** Images that each generator draws and each device is given after every round. */
const IMAGES = 200;
/** Of a batch, what comes from them. */
const SHARE = 0.25;
/** How fast similarity falls: a device at the mean distance of all pairs counts exp(-3) of one at no distance. */
const SHARPNESS = 3;

/**
 * Images for every device: each row is the same row of another device's, drawn with a chance that grows with their
 * similarity, exp(-3 d / mean d), d being how far the two sets of images are apart in the brightness of their parts.
 */
function deal(drawn: ReadonlyMap<string, PlainTensor>, random: Random): Map<string, PlainTensor> {
  const sources = [...drawn].sort(([a], [b]) => (a < b ? -1 : 1));
  const moments = sources.map(([, images]) => partMoments(images));
  const distances = moments.map((a) => moments.map((b) => partDivergence(a, b)));
  const pairs = distances.flatMap((row, i) => row.filter((_, j) => j !== i));
  const mean = pairs.reduce((sum, distance) => sum + distance / pairs.length, 0);
  if (sources.length < 2) return new Map();
  return new Map(
    sources.map(([id, { shape }], i) => {
      const weights = (distances[i] ?? []).map((distance, j) =>
        j === i ? 0 : Math.exp(mean === 0 ? 0 : (-SHARPNESS * distance) / mean),
      );
      const data = new Float32Array(elementCount(shape));
      const [rows = 0, ...rest] = shape;
      const size = elementCount(rest);
      for (let row = 0; row < rows; row++) {
        const source = sources[chosen(weights, random)]?.[1].data;
        data.set(source?.subarray(row * size, (row + 1) * size) ?? [], row * size);
      }
      return [id, { shape, data }];
    }),
  );
}

/** An index, with the chances that the weights say. */
function chosen(weights: readonly number[], random: Random): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = random.uniform(0, total);
  const found = weights.findIndex((weight) => (left -= weight) < 0);
  // Rounding may leave nothing at the very end: then it is the last that can be.
  return found >= 0 ? found : weights.findLastIndex((weight) => weight > 0);
}

/**
 * Wijesinghe, Zhang, Ding, arXiv 2308.12454. Its encoder, trained elsewhere, is here the mean brightness of 4 x 4 pixels,
 * which needs no training and suits any images; its weighted collaboration is the mixture of images that a device gets.
 * Every device keeps its own networks. Of a class that a device lacks its generator has learned nothing and draws as it
 * was born; the coordinator, who knows no labels, hands such images on as well.
 */
export const pflGan: Strategy = {
  name: 'pfl-gan',
  title: 'PFL-GAN',
  paper: 'Wijesinghe, Zhang, Ding: PFL-GAN, 2023, arXiv 2308.12454',
  schedule: 'local',
  live: true,
  promise:
    'Your pictures are never sent; the networks that this device trains on them are, and images that they draw go to other devices.',
  sends: [
    {
      what: 'The weights of both whole networks as this device has trained them, with their running statistics',
      when: 'every round',
      tells:
        'Your generator learns from your images above all: whoever runs a dishonest coordinator can let it draw as much as he likes. Of a device with few images it may draw the images themselves.',
    },
    {
      what: 'Images that your generator draws, made by the coordinator from those weights',
      when: 'every round',
      tells:
        'They look like the images that this device was trained on, and may be very near to single ones of them.',
      passedOn: 'The other devices train on them, those with similar images on most of them.',
      synthetic: true,
    },
  ],
  keeps: ['the random noise and the images that your generator draws here'],
  federate: (input) => eachForItself(inIdOrder(input.devices), input),
  synthetic: { images: IMAGES, share: SHARE, deal },
};
