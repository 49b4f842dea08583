// Points of the plane as one picture: a square with a dot for each, and a ring where the points of each mean lie.
import { GAUSSIAN_GRID, gridMeans } from '@tessera/core/data';
import { useMemo } from 'react';
import { CLOUD_SIDE, cloudOf, cloudPlace } from './pixels.ts';
import './point-cloud.css';

/** Rings enclose nearly nine in ten of the points of their mean: two standard deviations. */
const RING = (2 * GAUSSIAN_GRID.deviation * CLOUD_SIDE) / 2;
const MEANS = gridMeans(GAUSSIAN_GRID).map(([x, y]) => cloudPlace((x + 1) / 2, (y + 1) / 2));

interface PointCloudProps {
  /** Two bytes a point. */
  readonly points: Uint8Array;
  readonly label: string;
}

/** All points in one square. */
export function PointCloud({ points, label }: PointCloudProps) {
  const dots = useMemo(() => cloudOf(points), [points]);
  return (
    <svg
      className="point-cloud"
      viewBox={`0 0 ${String(CLOUD_SIDE)} ${String(CLOUD_SIDE)}`}
      role="img"
      aria-label={label}
    >
      {MEANS.map(([x, y], mode) => (
        <circle key={mode} cx={x} cy={y} r={RING} />
      ))}
      <path d={dots} />
    </svg>
  );
}
