// Draws one digit by hand (strokes) or as a seven-segment display.
import type { Random } from '../../random.ts';
import { apply, applyInverse, randomPlacement, type Variation } from './affine.ts';
import type { CoverageCanvas } from './canvas.ts';
import { curvePoints, GLYPHS } from './glyphs.ts';

/** How strokes look, lengths as shares of the image's side. */
export interface StrokeStyle {
  readonly variation: Variation;
  readonly radius: readonly [low: number, high: number];
  /** How far the hand strays from the model, in glyph units (the box is 100 high). */
  readonly jitter: number;
}

const POINTS_PER_SPAN = 4;

/** Draws digit 0 to 9 with a hand that strays smoothly, so that strokes that meet still meet. */
export function drawStrokes(canvas: CoverageCanvas, digit: number, style: StrokeStyle, random: Random): void {
  const ways = GLYPHS[digit] ?? [];
  const glyph = ways[random.integer(ways.length)] ?? [];
  const place = randomPlacement(style.variation, canvas.size, random);
  const stray = randomStray(style.jitter, random);
  const radius = random.uniform(...style.radius) * canvas.size;
  const pressure = random.uniform(-0.15, 0.15);
  for (const stroke of glyph) {
    const points = curvePoints(stroke, POINTS_PER_SPAN).map((point) => apply(place, stray(point)));
    for (const [i, point] of points.entries()) {
      const along = points.length > 1 ? i / (points.length - 1) : 0;
      const previous = points[i - 1];
      if (previous) canvas.line(previous, point, radius * (1 + pressure * (2 * along - 1)));
    }
  }
}

/** A smooth random displacement of the plane: two waves a direction, about one period over the digit. */
function randomStray(amount: number, random: Random): (point: readonly [number, number]) => [number, number] {
  const wave = () => {
    const [size, phase] = [amount * random.normal(), random.uniform(0, 2 * Math.PI)];
    const [fx, fy] = [random.uniform(-0.05, 0.05), random.uniform(-0.05, 0.05)];
    return (x: number, y: number) => size * Math.sin(fx * x + fy * y + phase);
  };
  const [x1, x2, y1, y2] = [wave(), wave(), wave(), wave()];
  return ([x, y]) => [x + x1(x, y) + x2(x, y), y + y1(x, y) + y2(x, y)];
}

type Segment = readonly [x: number, y: number, flat: boolean];

/** Middle of each segment in glyph units, and whether it lies flat; lettered clockwise from the top as usual. */
const [A, B, C, D, E, F, G] = [
  [35, 8, true],
  [62, 29, false],
  [62, 71, false],
  [35, 92, true],
  [8, 71, false],
  [8, 29, false],
  [35, 50, true],
] as const satisfies readonly Segment[];

/** The segments that each digit lights. */
const LIT: readonly (readonly Segment[])[] = [
  [A, B, C, D, E, F],
  [B, C],
  [A, B, G, E, D],
  [A, B, G, C, D],
  [F, G, B, C],
  [A, F, G, C, D],
  [A, F, G, E, D, C],
  [A, B, C],
  [A, B, C, D, E, F, G],
  [A, B, C, D, F, G],
];

/** How a display looks; the thickness in glyph units. */
export interface DisplayStyle {
  readonly variation: Variation;
  readonly thickness: readonly [low: number, high: number];
}

/** Draws digit 0 to 9 as hexagonal bars with small gaps between them. */
export function drawSegments(
  canvas: CoverageCanvas,
  digit: number,
  style: DisplayStyle,
  random: Random,
): void {
  const place = randomPlacement(style.variation, canvas.size, random);
  const half = random.uniform(...style.thickness) / 2;
  const pixelsPerUnit = Math.sqrt(Math.abs(place.a * place.d - place.b * place.c));
  const lit = LIT[digit] ?? [];
  canvas.shape((px, py) => {
    const [x, y] = applyInverse(place, px, py);
    let depth = -Infinity;
    for (const [cx, cy, flat] of lit) {
      const along = Math.abs(flat ? x - cx : y - cy);
      const across = Math.abs(flat ? y - cy : x - cx);
      const reach = flat ? 25 : 19.5;
      depth = Math.max(depth, Math.min(half - across, (reach - along - across) * Math.SQRT1_2));
    }
    return depth * pixelsPerUnit;
  });
}
