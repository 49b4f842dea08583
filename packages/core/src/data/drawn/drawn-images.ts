// Drawn data made on the spot: digits in three domains, for a device that has no images of its own.
import type { Random } from '../../random.ts';
import { DataError } from '../data-error.ts';
import {
  bytesPerImage,
  requirePictures,
  shapeText,
  type DataTarget,
  type ImageSet,
  type ImageShape,
} from '../image-set.ts';
import type { DataPart } from '../named-file.ts';
import { CoverageCanvas } from './canvas.ts';
import { drawSegments, drawStrokes, type DisplayStyle, type StrokeStyle } from './draw-digit.ts';

/** Pen: thin light strokes on black. Marker: thick dark strokes on light paper. Segments: a lit display. */
export const DRAWN_DOMAINS = ['pen', 'marker', 'segments'] as const;
export type DrawnDomain = (typeof DRAWN_DOMAINS)[number];

/** The ten digits, the classes of a run on drawn data. */
export const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

export interface DrawnOptions {
  readonly domain: DrawnDomain;
  readonly count: number;
  readonly random: Random;
  /** Default: 28x28x1 and the ten digits. */
  readonly target?: DataTarget | undefined;
  /** Train and test never show the same digit twice: each has a random stream of its own. Default 'train'. */
  readonly part?: DataPart | undefined;
  /** Only these classes of the run (indices). Default: all that are digits. */
  readonly only?: readonly number[] | undefined;
}

const HAND = {
  height: [0.66, 0.78],
  aspect: [0.8, 1.05],
  slant: [-0.05, 0.28],
  turn: 0.1,
  shift: 0.05,
} as const;
const PEN: StrokeStyle = { variation: HAND, radius: [0.036, 0.06], jitter: 2.2 };
const MARKER: StrokeStyle = { variation: HAND, radius: [0.066, 0.086], jitter: 2.2 };
const DISPLAY: DisplayStyle = {
  variation: { height: [0.68, 0.8], aspect: [0.95, 1.12], slant: [0, 0.15], turn: 0, shift: 0.05 },
  thickness: [13, 17],
};

/** The classes of the run (indices) that are digits and so can be drawn. */
export function drawableClasses(classes: readonly string[]): number[] {
  return classes.flatMap((name, index) => (digitOf(name) === undefined ? [] : [index]));
}

/** Draws `count` digits, as many of each class as of any other (give or take one); throws `unknown-classes`. */
export function drawnImages(options: DrawnOptions): ImageSet {
  const { domain, count, part = 'train' } = options;
  const { imageShape: shape, classes } = options.target ?? { imageShape: [28, 28, 1], classes: DIGITS };
  requirePictures({ imageShape: shape, classes });
  const drawable = drawableClasses(classes).filter((index) => options.only?.includes(index) ?? true);
  if (drawable.length === 0) {
    throw new DataError(
      'unknown-classes',
      `Only digits can be drawn, and none of the classes ${classes.join(', ')} is asked for and is one: ` +
        'connect images of your own.',
    );
  }
  const random = options.random.fork(`drawn ${domain} ${part}`);
  const images = new Uint8Array(count * bytesPerImage(shape));
  const labels = Uint8Array.from({ length: count }, (_, i) => drawable[i % drawable.length] ?? 0);
  if (shape[0] !== shape[1]) throw new RangeError(`digits are drawn on squares, not on ${shapeText(shape)}`);
  const canvas = new CoverageCanvas(shape[0]);
  labels.forEach((label, i) => {
    canvas.clear();
    drawDigit(canvas, { domain, digit: digitOf(classes[label] ?? '') ?? 0, random });
    const pixels = images.subarray(i * bytesPerImage(shape), (i + 1) * bytesPerImage(shape));
    paint(pixels, canvas, randomColours(domain, shape[2], random));
  });
  return { shape, images, labels, classNames: classes };
}

function digitOf(name: string): number | undefined {
  return /^\d$/.test(name.trim()) ? Number(name) : undefined;
}

function drawDigit(
  canvas: CoverageCanvas,
  { domain, digit, random }: { domain: DrawnDomain; digit: number; random: Random },
): void {
  switch (domain) {
    case 'pen':
      drawStrokes(canvas, digit, PEN, random);
      break;
    case 'marker':
      drawStrokes(canvas, digit, MARKER, random);
      break;
    case 'segments':
      drawSegments(canvas, digit, DISPLAY, random);
      break;
    default:
      domain satisfies never;
  }
}

/** Values of every channel where nothing and where something is drawn, 0 to 255. */
interface Colours {
  readonly ground: readonly number[];
  readonly ink: readonly number[];
}

/** Grey images differ in brightness only; in colour the ink has a random hue as well. */
function randomColours(domain: DrawnDomain, channels: ImageShape[2], random: Random): Colours {
  const tint = () => (channels === 1 ? 1 : random.uniform(0.4, 1));
  const inverse = domain === 'marker';
  const ground = inverse ? random.uniform(225, 255) : 0;
  const bright = inverse ? random.uniform(0, 60) : random.uniform(225, 255);
  const every = (value: () => number) => Array.from({ length: channels }, value);
  return { ground: every(() => ground), ink: every(() => bright * tint()) };
}

/** Mixes ink and ground by how much of each pixel is covered. */
function paint(pixels: Uint8Array, canvas: CoverageCanvas, { ground, ink }: Colours): void {
  const channels = ink.length;
  for (let i = 0; i < pixels.length; i++) {
    const cover = canvas.coverage(Math.floor(i / channels));
    const [under = 0, over = 0] = [ground[i % channels], ink[i % channels]];
    pixels[i] = Math.round(under + cover * (over - under));
  }
}
