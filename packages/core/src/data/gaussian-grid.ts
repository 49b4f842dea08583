// Points of the plane from normal distributions whose means lie on a grid: the smallest data with many modes.
import type { Random } from '../random.ts';
import type { ImageSet } from './image-set.ts';

/** A square grid of modes around the origin; all have the same variance. */
export interface GaussianGrid {
  /** Modes in each row and column. */
  readonly side: number;
  /** Distance between the means of neighbours. */
  readonly spacing: number;
  /** Standard deviation of each coordinate. */
  readonly deviation: number;
}

/** Nine modes, 0.6 apart, that nothing of [-1, 1] cuts off: hierarchical.md's reading of the paper's figure. */
export const GAUSSIAN_GRID: GaussianGrid = { side: 3, spacing: 0.6, deviation: 0.05 };

/** The means [x, y], row by row from the top left. */
export function gridMeans({ side, spacing }: GaussianGrid): readonly (readonly [number, number])[] {
  const at = (index: number) => (index - (side - 1) / 2) * spacing;
  return Array.from({ length: side * side }, (_, i) => [at(i % side), 0 - at(Math.floor(i / side))]);
}

export interface GaussianPoints {
  readonly grid: GaussianGrid;
  /** Positions of the modes in `gridMeans` that points are drawn from in turn. */
  readonly modes: readonly number[];
  readonly count: number;
  readonly random: Random;
}

/**
 * Points as images [1, 1, 2] whose class is their mode. Images are bytes, so a coordinate takes one of 256 values, 0.008
 * apart. Throws a RangeError for a mode that the grid lacks.
 */
export function gaussianPoints({ grid, modes, count, random }: GaussianPoints): ImageSet {
  const means = gridMeans(grid);
  const images = new Uint8Array(2 * count);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const mode = modes[i % modes.length] ?? -1;
    const mean = means[mode];
    if (!mean) throw new RangeError(`a grid of ${means.length} modes has no mode ${mode + 1}`);
    labels[i] = mode;
    mean.forEach((centre, axis) => {
      const value = centre + grid.deviation * random.normal();
      images[2 * i + axis] = Math.max(0, Math.min(255, Math.round((value + 1) * 127.5)));
    });
  }
  return { shape: [1, 1, 2], images, labels, classNames: means.map((_, mode) => String(mode + 1)) };
}
