// The ten digits as strokes: points of smooth curves in a box 70 wide and 100 high, y downwards.

/** The points that one stroke of the pen passes through. */
export type Stroke = readonly (readonly [x: number, y: number])[];

/** A way to write a digit. */
export type Glyph = readonly Stroke[];

/** Every digit with its ways of writing, equally likely; a stroke is written like the points of an SVG polyline. */
export const GLYPHS: readonly (readonly Glyph[])[] = [
  [glyph('36,3 17,14 8,48 16,86 35,97 54,86 62,50 55,15 36,3')],
  [glyph('36,4 34,96'), glyph('20,22 38,4', '38,4 36,96')],
  [glyph('12,26 21,9 38,3 56,11 59,30 46,54 27,76 9,94', '9,94 63,93')],
  [glyph('11,14 32,3 54,11 56,29 43,43 27,47', '27,47 50,52 61,69 53,89 31,97 8,86')],
  [glyph('45,4 8,66', '8,66 65,65', '47,38 45,97'), glyph('17,6 11,54', '11,54 61,51', '55,4 50,97')],
  [glyph('58,5 20,6', '20,6 16,45', '16,45 36,38 56,48 61,68 50,89 28,97 8,87')],
  [glyph('53,4 31,18 15,46 11,72 21,92 40,96 57,84 57,65 42,54 24,59 12,76')],
  [glyph('8,8 62,6', '62,6 44,42 29,97'), glyph('8,8 62,6', '62,6 44,42 29,97', '22,52 56,49')],
  [glyph('36,48 16,36 16,15 36,3 56,14 56,34 36,48 14,64 13,86 36,97 59,86 57,64 36,48')],
  [glyph('58,28 47,46 27,49 13,35 18,13 39,4 56,13 58,30 56,60 45,96')],
];

function glyph(...strokes: readonly string[]): Glyph {
  return strokes.map((stroke) =>
    stroke.split(' ').map((point) => {
      const [x = 0, y = 0] = point.split(',').map(Number);
      return [x, y] as const;
    }),
  );
}

/** Points along a smooth curve through the stroke's points (Catmull and Rom's spline, closed if its ends meet). */
export function curvePoints(stroke: Stroke, pointsPerSpan: number): [number, number][] {
  const spans = stroke.length - 1;
  const [first = [0, 0], last = first] = [stroke[0], stroke[spans]];
  const closed = spans > 2 && first[0] === last[0] && first[1] === last[1];
  const point = (i: number) => {
    const wrapped = closed ? (i + spans) % spans : Math.min(Math.max(i, 0), spans);
    return stroke[wrapped] ?? first;
  };
  const points: [number, number][] = [[first[0], first[1]]];
  for (let span = 0; span < spans; span++) {
    const around = [point(span - 1), point(span), point(span + 1), point(span + 2)] as const;
    for (let step = 1; step <= pointsPerSpan; step++) {
      const t = step / pointsPerSpan;
      points.push([spline(around, 0, t), spline(around, 1, t)]);
    }
  }
  return points;
}

type Four = readonly [Stroke[number], Stroke[number], Stroke[number], Stroke[number]];

function spline([a, b, c, d]: Four, axis: 0 | 1, t: number): number {
  const [p, q, r, s] = [a[axis], b[axis], c[axis], d[axis]];
  return q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
}
