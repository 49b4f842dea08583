// Writes everything that a finished or interrupted run leaves in its folder.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatResults, type Results, RESULTS_FILE, resultsCsv, roundsCsv } from '@tessera/core/report';
import { writeFileAtomically } from '../store/index.ts';
import { loadRun } from './load-run.ts';
import { runPage } from './page/index.ts';

/** Name of the page in a run's folder. */
export const REPORT_FILE = 'report.html';

/**
 * Writes results.json, results.csv, rounds.csv and report.html; the sample pictures must lie in the folder already.
 * @throws ResultsError when the results break the schema; nothing is written then.
 */
export async function writeRunFiles(folder: string, results: Results): Promise<void> {
  const text = formatResults(results);
  await mkdir(folder, { recursive: true });
  await writeFileAtomically(join(folder, RESULTS_FILE), text);
  await writeFileAtomically(join(folder, 'results.csv'), resultsCsv([results]));
  await writeFileAtomically(join(folder, 'rounds.csv'), roundsCsv([results]));
  await writeFileAtomically(join(folder, REPORT_FILE), runPage(await loadRun(folder, folder)));
}
