// Points around one mean of the grid, for a device of a run that trains on points of the plane.
import { drawsPoints } from '../architecture/index.ts';
import type { Random } from '../random.ts';
import { DataError } from './data-error.ts';
import { GAUSSIAN_GRID, gaussianPoints, gridMeans } from './gaussian-grid.ts';
import type { DataTarget, ImageSet } from './image-set.ts';

/** Modes of the grid that live devices draw points of; people count them from 1. */
export const POINT_MODES = gridMeans(GAUSSIAN_GRID).length;

export interface PointsOfMode {
  /** Position of the mean in `gridMeans(GAUSSIAN_GRID)`, counted from 0. */
  readonly mode: number;
  readonly count: number;
  readonly random: Random;
  readonly target: DataTarget;
}

/** The mode that a community's devices draw, counted from 0: communities take the modes in turn. */
export function modeOfCommunity(community: number): number {
  return community % POINT_MODES;
}

/**
 * `count` points as images [1, 1, 2], fitted to the run: their class is their mode where it tells classes, the first one
 * where it tells none. Throws `wrong-data` where the run trains on images, `unknown-classes` where its classes are not one
 * for each mode, and a RangeError for a mode that the grid lacks.
 */
export function pointsOfMode({ mode, count, random, target }: PointsOfMode): ImageSet {
  const { classes, labelled = true } = target;
  if (!drawsPoints(target))
    throw new DataError(
      'wrong-data',
      'This run trains on images, and points of the plane are none: connect images, or draw digits.',
    );
  if (labelled && classes.length !== POINT_MODES)
    throw new DataError(
      'unknown-classes',
      `Points are of ${POINT_MODES} classes, one for each mean, and this run tells ${classes.length} apart: its host must give it ${POINT_MODES} classes, or condition none.`,
    );
  const points = gaussianPoints({ grid: GAUSSIAN_GRID, modes: [mode], count, random });
  const labels = labelled ? points.labels : new Uint8Array(count);
  return { ...points, labels, classNames: classes };
}
