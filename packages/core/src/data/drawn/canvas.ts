// A small anti-aliased canvas: shapes are distances, and coverage is how far inside the outline a pixel lies.

/** A square of coverage values, 0 outside a shape and 1 inside it. */
export class CoverageCanvas {
  readonly size: number;
  /** For every pixel the depth below the outline in pixels; negative outside. */
  readonly #depth: Float32Array;

  constructor(size: number) {
    this.size = size;
    this.#depth = new Float32Array(size * size);
    this.clear();
  }

  clear(): void {
    this.#depth.fill(-1);
  }

  /** Adds a line with round ends from (x0, y0) to (x1, y1), all in pixels. */
  line(from: readonly [number, number], to: readonly [number, number], radius: number): void {
    const [x0, y0] = from;
    const [dx, dy] = [to[0] - x0, to[1] - y0];
    const lengthSquared = dx * dx + dy * dy || 1;
    const reach = radius + 1;
    const left = Math.max(0, Math.floor(Math.min(x0, to[0]) - reach));
    const right = Math.min(this.size - 1, Math.ceil(Math.max(x0, to[0]) + reach));
    const top = Math.max(0, Math.floor(Math.min(y0, to[1]) - reach));
    const bottom = Math.min(this.size - 1, Math.ceil(Math.max(y0, to[1]) + reach));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const [px, py] = [x + 0.5 - x0, y + 0.5 - y0];
        const t = Math.min(1, Math.max(0, (px * dx + py * dy) / lengthSquared));
        this.#deepen(y * this.size + x, radius - Math.hypot(px - t * dx, py - t * dy));
      }
    }
  }

  /** Adds the shape whose depth below the outline, in pixels, is given for every pixel centre. */
  shape(depthAt: (x: number, y: number) => number): void {
    for (let y = 0; y < this.size; y++) {
      for (let x = 0; x < this.size; x++) this.#deepen(y * this.size + x, depthAt(x + 0.5, y + 0.5));
    }
  }

  /** How much of pixel `i` (row by row) is covered, 0 to 1. */
  coverage(i: number): number {
    return Math.min(1, Math.max(0, (this.#depth[i] ?? -1) + 0.5));
  }

  #deepen(i: number, depth: number): void {
    if (depth > (this.#depth[i] ?? -1)) this.#depth[i] = depth;
  }
}
