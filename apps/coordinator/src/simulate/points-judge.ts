// What is said of generated points: which modes they hit, and how many lie near one.
import { type GaussianGrid, gridMeans } from '@tessera/core/data';
import { modeCoverage, type ModeCoverage } from '@tessera/core/metrics';
import { Random } from '@tessera/core/random';
import { CommandFailure } from '../cli/index.ts';
import type { Draw } from './drawing.ts';

/** Draws so many points, and finds the modes that they hit; throws a CommandFailure about numbers that are not finite. */
export async function judgePoints(
  draw: Draw,
  { grid, count, seed }: { readonly grid: GaussianGrid; readonly count: number; readonly seed: number },
): Promise<ModeCoverage> {
  const { data } = await draw(new Int32Array(count), new Random(seed).nextUint32());
  if (!data.every(Number.isFinite))
    throw new CommandFailure('The generator draws points that are no numbers: its training diverged.', 1);
  return modeCoverage(data, { means: gridMeans(grid), deviation: grid.deviation });
}
