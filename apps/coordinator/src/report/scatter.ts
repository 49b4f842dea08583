// Points of the plane as one PNG: the generated ones, and where the modes lie.
import type { PlainTensor } from '@tessera/core/tensors';
import sharp from 'sharp';

/** Pixels of each side. */
const SIDE = 300;
/** The plane from -LIMIT to LIMIT is shown. */
const LIMIT = 1;
/** Radius of a point, in pixels. */
const DOT = 1.2;

/** A circle around each mean, three standard deviations wide. */
export interface ScatterModes {
  readonly means: readonly (readonly [number, number])[];
  readonly deviation: number;
}

/** A PNG of points [n, 1, 1, 2], x to the right and y upwards; the frame is the square from -1 to 1. */
export function scatterPng({ data }: PlainTensor, { means, deviation }: ScatterModes): Promise<Buffer> {
  const x = (value: number) => (((value + LIMIT) / (2 * LIMIT)) * SIDE).toFixed(1);
  const y = (value: number) => (((LIMIT - value) / (2 * LIMIT)) * SIDE).toFixed(1);
  const radius = ((3 * deviation * SIDE) / (2 * LIMIT)).toFixed(1);
  const circles = means.map(
    ([mx, my]) => `<circle cx="${x(mx)}" cy="${y(my)}" r="${radius}" fill="none" stroke="#c2410c"/>`,
  );
  const dots = Array.from(
    { length: Math.floor(data.length / 2) },
    (_, i) => [data[2 * i] ?? NaN, data[2 * i + 1] ?? NaN] as const,
  ).flatMap(([px, py]) =>
    Number.isFinite(px) && Number.isFinite(py)
      ? [`<circle cx="${x(px)}" cy="${y(py)}" r="${DOT}" fill="#1d4ed8" fill-opacity="0.5"/>`]
      : [],
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}"><rect width="100%" height="100%" fill="white" stroke="#888"/>${circles.join('')}${dots.join('')}</svg>`;
  return sharp(Buffer.from(svg)).png({ compressionLevel: 9 }).toBuffer();
}
