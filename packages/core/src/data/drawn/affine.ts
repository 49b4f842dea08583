// Random placements of a digit: shift, turn, slant and scale.
import type { Random } from '../../random.ts';

/** x' = a x + b y + e, y' = c x + d y + f. */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** How much a domain varies; lengths as shares of the image's side, angles in radians. */
export interface Variation {
  readonly height: readonly [low: number, high: number];
  /** Width of the digit's box over 0.7 times its height. */
  readonly aspect: readonly [low: number, high: number];
  readonly slant: readonly [low: number, high: number];
  readonly turn: number;
  readonly shift: number;
}

/** Places the glyph box (70 wide, 100 high) somewhere near the middle of an image of `side` pixels. */
export function randomPlacement(variation: Variation, side: number, random: Random): Affine {
  const height = (random.uniform(...variation.height) * side) / 100;
  const width = height * random.uniform(...variation.aspect);
  const slant = random.uniform(...variation.slant);
  const turn = random.uniform(-variation.turn, variation.turn);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const [a, b] = [cos * width, -cos * slant * height - sin * height];
  const [c, d] = [sin * width, -sin * slant * height + cos * height];
  const shiftX = random.uniform(-variation.shift, variation.shift) * side;
  const shiftY = random.uniform(-variation.shift, variation.shift) * side;
  return {
    ...{ a, b, c, d },
    e: side / 2 + shiftX - (a * 35 + b * 50),
    f: side / 2 + shiftY - (c * 35 + d * 50),
  };
}

/** Where the point goes. */
export function apply(m: Affine, [x, y]: readonly [number, number]): [number, number] {
  return [m.a * x + m.b * y + m.e, m.c * x + m.d * y + m.f];
}

/** Where the point came from. */
export function applyInverse(m: Affine, x: number, y: number): [number, number] {
  const determinant = m.a * m.d - m.b * m.c;
  const [px, py] = [x - m.e, y - m.f];
  return [(m.d * px - m.b * py) / determinant, (m.a * py - m.c * px) / determinant];
}
