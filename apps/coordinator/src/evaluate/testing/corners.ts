// A small domain for tests: bright squares whose corner is their class; and generators of it.
import type { ImageSet } from '@tessera/core/data';
import { Random } from '@tessera/core/random';
import type { SampleImages } from '../draw-images.ts';

const SIDE = 12;
const SIZE = SIDE * SIDE;

/** Images whose place, width and brightness follow from the seed; the classes are the four corners. */
export function corners(count: number, seed: number): ImageSet {
  const random = new Random(seed);
  const labels = Uint8Array.from({ length: count }, () => random.integer(4));
  const images = new Uint8Array(count * SIZE);
  labels.forEach((label, i) => paint(images.subarray(i * SIZE, (i + 1) * SIZE), label, random));
  return {
    shape: [SIDE, SIDE, 1],
    images,
    labels,
    classNames: ['top left', 'top right', 'bottom left', 'bottom right'],
  };
}

/** A generator that paints, for each label, what `drawnFor` says. */
export function cornerGenerator(drawnFor: (label: number) => number = (label) => label): SampleImages {
  return (labels, seed) => {
    const random = new Random(seed);
    const data = new Float32Array(labels.length * SIZE).fill(-1);
    labels.forEach((label, i) => {
      const bytes = new Uint8Array(SIZE);
      paint(bytes, drawnFor(label), random);
      bytes.forEach((byte, p) => (data[i * SIZE + p] = byte / 127.5 - 1));
    });
    return Promise.resolve({ shape: [labels.length, SIDE, SIDE, 1], data });
  };
}

function paint(image: Uint8Array, corner: number, random: Random): void {
  const width = 3 + random.integer(3);
  const top = (corner < 2 ? 0 : 6) + random.integer(2);
  const left = (corner % 2 === 0 ? 0 : 6) + random.integer(2);
  const brightness = 120 + random.integer(130);
  for (let y = top; y < top + width && y < SIDE; y++)
    for (let x = left; x < left + width && x < SIDE; x++) image[y * SIDE + x] = brightness;
}
