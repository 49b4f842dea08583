// Variants of a set, for domains that overlap: inverse, turned, thickened, coloured and traced images, and other shapes.
import type { Random } from '../random.ts';
import { asPicture, fitImage } from './fit-image.ts';
import { bytesPerImage, shapeText, type ImageSet, type ImageShape } from './image-set.ts';
import { invertPixels, isLightGround } from './invert.ts';

/** What can be done to every image of a set. */
export const IMAGE_TRANSFORMS = ['invert', 'rotate', 'thicken', 'colour', 'edges'] as const;
export type ImageTransform = (typeof IMAGE_TRANSFORMS)[number];

/** How far `rotate` turns, counter-clockwise. */
export const ROTATION_DEGREES = 30;

/**
 * The set with every image transformed; the given one stays as it is. `colour` makes three channels of any number; the
 * other transforms keep the shape. Only `colour` draws from `random`.
 */
export function transformImages(set: ImageSet, transform: ImageTransform, random: Random): ImageSet {
  switch (transform) {
    case 'invert': {
      const images = new Uint8Array(set.images);
      invertPixels(images);
      return { ...set, images };
    }
    case 'rotate':
      return eachImage(set, set.shape, (image, into) => rotate(image, set.shape, into));
    case 'thicken':
      return thicken(set);
    case 'colour':
      return colour(set, random);
    case 'edges':
      return eachImage(set, set.shape, (image, into) => {
        traceEdges(image, set.shape, into);
      });
    default:
      return transform satisfies never;
  }
}

/** The set with a frame of each image's own ground around it, the image in the middle; throws a RangeError to shrink. */
export function padImages(set: ImageSet, side: number): ImageSet {
  const [height, width, channels] = set.shape;
  if (side < height || side < width)
    throw new RangeError(`images of ${shapeText(set.shape)} cannot be padded to ${side} pixels`);
  const shape: ImageShape = [side, side, channels];
  const [top, left] = [Math.floor((side - height) / 2), Math.floor((side - width) / 2)];
  return eachImage(set, shape, (image, into) => {
    const ground = groundOf(image, set.shape);
    for (let i = 0; i < into.length; i++) into[i] = ground[i % channels] ?? 0;
    for (let y = 0; y < height; y++) {
      const row = image.subarray(y * width * channels, (y + 1) * width * channels);
      into.set(row, ((top + y) * side + left) * channels);
    }
  });
}

/** The set in another shape: cropped to its middle square, averaged over areas, in grey or in colour. */
export function resizeImages(set: ImageSet, shape: ImageShape): ImageSet {
  return eachImage(set, shape, (image, into) => into.set(fitImage(asPicture(image, set.shape), shape)));
}

/** A new set whose images `draw` makes from those of the old one. */
function eachImage(
  set: ImageSet,
  shape: ImageShape,
  draw: (image: Uint8Array, into: Uint8Array) => void,
): ImageSet {
  const [from, to] = [bytesPerImage(set.shape), bytesPerImage(shape)];
  const count = set.labels.length;
  const images = new Uint8Array(count * to);
  for (let i = 0; i < count; i++) {
    draw(set.images.subarray(i * from, (i + 1) * from), images.subarray(i * to, (i + 1) * to));
  }
  return { ...set, shape, images };
}

/** Turns one image about its middle, bilinearly; what comes in from outside is the image's own ground. */
function rotate(image: Uint8Array, [height, width, channels]: ImageShape, into: Uint8Array): void {
  const angle = (ROTATION_DEGREES * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  const ground = groundOf(image, [height, width, channels]);
  const at = (x: number, y: number, c: number) =>
    x < 0 || y < 0 || x >= width || y >= height
      ? (ground[c] ?? 0)
      : (image[(y * width + x) * channels + c] ?? 0);
  for (let i = 0; i < width * height; i++) {
    const [dx, dy] = [(i % width) - middleX, Math.floor(i / width) - middleY];
    const [x, y] = [middleX + cos * dx - sin * dy, middleY + sin * dx + cos * dy];
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [right, below] = [x - left, y - top];
    for (let c = 0; c < channels; c++) {
      const upper = (1 - right) * at(left, top, c) + right * at(left + 1, top, c);
      const lower = (1 - right) * at(left, top + 1, c) + right * at(left + 1, top + 1, c);
      into[i * channels + c] = Math.round((1 - below) * upper + below * lower);
    }
  }
}

/** Dilation with a cross of 3x3 pixels; where strokes are dark on light (grey sets), the dark ones grow. */
function thicken(set: ImageSet): ImageSet {
  const [height, width, channels] = set.shape;
  const stronger = isLightGround(set) ? Math.min : Math.max;
  const row = width * channels;
  return eachImage(set, set.shape, (image, into) => {
    for (let i = 0; i < image.length; i++) {
      const x = Math.floor(i / channels) % width;
      const y = Math.floor(i / row);
      let value = image[i] ?? 0;
      if (x > 0) value = stronger(value, image[i - channels] ?? 0);
      if (x < width - 1) value = stronger(value, image[i + channels] ?? 0);
      if (y > 0) value = stronger(value, image[i - row] ?? 0);
      if (y < height - 1) value = stronger(value, image[i + row] ?? 0);
      into[i] = value;
    }
  });
}

/** How dark a line is where the brightness changes by a given slope; an edge from black to white is black. */
const EDGE_GAIN = 0.5;

/** Dark lines on white where the brightness changes: the length of Sobel's gradient, channel by channel. */
function traceEdges(image: Uint8Array, [height, width, channels]: ImageShape, into: Uint8Array): void {
  const at = (x: number, y: number, c: number) => {
    const [inX, inY] = [Math.max(0, Math.min(width - 1, x)), Math.max(0, Math.min(height - 1, y))];
    return image[(inY * width + inX) * channels + c] ?? 0;
  };
  for (let i = 0; i < into.length; i++) {
    const c = i % channels;
    const x = Math.floor(i / channels) % width;
    const y = Math.floor(i / (channels * width));
    const slope = (dx: number, dy: number) =>
      [-1, 0, 1].reduce((sum, along) => {
        const weight = along === 0 ? 2 : 1;
        const [ax, ay] = [dx === 0 ? along : 0, dy === 0 ? along : 0];
        return sum + weight * (at(x + dx + ax, y + dy + ay, c) - at(x - dx + ax, y - dy + ay, c));
      }, 0);
    into[i] = 255 - Math.min(255, Math.round(EDGE_GAIN * Math.hypot(slope(1, 0), slope(0, 1))));
  }
}

/** Dark pixels get a random dark colour, bright ones a random bright one, anew for every image. */
function colour(set: ImageSet, random: Random): ImageSet {
  const [height, width] = set.shape;
  const grey = set.shape[2] === 1 ? set : resizeImages(set, [height, width, 1]);
  return eachImage(grey, [height, width, 3], (image, into) => {
    const dark = [0, 1, 2].map(() => random.uniform(0, 80));
    const bright = [0, 1, 2].map(() => random.uniform(150, 255));
    for (let i = 0; i < into.length; i++) {
      const [from, to] = [dark[i % 3] ?? 0, bright[i % 3] ?? 0];
      into[i] = Math.round(from + ((to - from) * (image[Math.floor(i / 3)] ?? 0)) / 255);
    }
  });
}

/** What surrounds what is shown: the median of the outermost pixels, channel by channel. */
function groundOf(image: Uint8Array, [height, width, channels]: ImageShape): number[] {
  return Array.from({ length: channels }, (_, c) => {
    const edge: number[] = [];
    for (let y = 0; y < height; y++) {
      const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
      for (let x = 0; x < width; x += step) edge.push(image[(y * width + x) * channels + c] ?? 0);
    }
    return edge.sort((a, b) => a - b)[Math.floor(edge.length / 2)] ?? 0;
  });
}
