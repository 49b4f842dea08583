// Columns that leave no lonely item in the last row.
import type { CSSProperties } from 'react';

/** The number of columns, at most `most`, that fills the rows most evenly: ten items in at most six columns make five. */
export function balancedColumns(count: number, most: number): number {
  return Math.max(1, Math.ceil(count / Math.ceil(count / most)));
}

/** Columns on wide and on narrow screens, for a grid of the class `balanced`. */
export function balancedGrid(count: number, wide: number, narrow: number): CSSProperties {
  const columns = { '--wide': balancedColumns(count, wide), '--narrow': balancedColumns(count, narrow) };
  return columns as CSSProperties; // React's type leaves custom properties out
}
