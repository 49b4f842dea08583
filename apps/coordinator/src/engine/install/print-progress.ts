// Progress of an installation as lines of text, few enough for a log.
import { performance } from 'node:perf_hooks';
import type { InstallProgress, OnProgress } from './progress.ts';

const LINE_EVERY_MS = 2_000;
const MEGABYTE = 1e6;

/** Prints each new stage at once, and its growth every two seconds. */
export function progressPrinter(
  print: (line: string) => void,
  now: () => number = () => performance.now(),
): OnProgress {
  let stage = '';
  let printedAt = -Infinity;
  return (progress) => {
    if (progress.stage === stage && now() - printedAt < LINE_EVERY_MS) return;
    stage = progress.stage;
    printedAt = now();
    print(lineOf(progress));
  };
}

function lineOf({ text, done, total }: InstallProgress): string {
  if (done === undefined || total === undefined) return `${text} …`;
  return `${text} … ${Math.round((100 * done) / total)} % of ${Math.round(total / MEGABYTE)} MB`;
}
