// tessera report: makes the page of one run, or of several beside each other.
import { mkdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { resultsCsv, roundsCsv } from '@tessera/core/report';
import { CommandFailure, defineCommand, text } from '../cli/index.ts';
import {
  comparisonPage,
  loadRun,
  REPORT_FILE,
  RunFolderError,
  runPage,
  type ShownRun,
} from '../report/index.ts';
import { writeFileAtomically } from '../store/index.ts';

const COMPARISON_FILE = 'comparison.html';
/** More runs than these make no page that anybody reads. */
const MAX_RUNS = 200;

const options = {
  out: text('FILE', `The page (default ${REPORT_FILE} in the only DIR, or ${COMPARISON_FILE} here)`),
  csv: text('FILE', 'Also writes the results as CSV, a line per run and domain'),
  'rounds-csv': text('FILE', 'Also writes the rounds as CSV, a line per run, round and domain'),
};

/** Writes a self-contained page from results.json. */
export const reportCommand = defineCommand({
  name: 'report',
  summary: 'make a page of one experiment, or compare several',
  description:
    'Reads results.json and the sample pictures from the folder of each run and writes one HTML page that needs no other file and no network. With several folders the page compares them: runs that differ in their seed alone are shown as mean and standard deviation.',
  positionals: [{ name: 'DIR', description: 'The folder of a run, with a results.json', many: true }],
  options,
  examples: [
    { line: 'runs/scenario-5', does: `runs/scenario-5/${REPORT_FILE}` },
    {
      line: 'runs/huscf-1 runs/huscf-2 runs/fedgan-1 --out compared.html',
      does: 'two seeds of one strategy beside another strategy',
    },
    { line: 'runs/* --csv all.csv --rounds-csv rounds.csv', does: 'the comparison, and all figures as CSV' },
  ],
  async run({ options: given, words }, io) {
    const runs = await loadRuns(words, io.cwd);
    const [only] = words;
    const page = runs.length === 1 && runs[0] ? runPage(runs[0]) : comparisonPage(runs);
    const place = runs.length === 1 && only !== undefined ? join(only, REPORT_FILE) : COMPARISON_FILE;
    const files: [string, string][] = [[given.out ?? place, page]];
    const results = runs.map((run) => run.results);
    if (given.csv !== undefined) files.push([given.csv, resultsCsv(results)]);
    if (given['rounds-csv'] !== undefined) files.push([given['rounds-csv'], roundsCsv(results)]);
    refuseDoubles(
      files.map(([file]) => resolve(io.cwd, file)),
      (path) => `${path} would be written twice`,
    );
    for (const [file, content] of files) {
      await write(resolve(io.cwd, file), content);
      io.out(file);
    }
    return 0;
  },
});

/** @throws CommandFailure that names every folder that cannot be shown. */
async function loadRuns(words: readonly string[], cwd: string): Promise<readonly ShownRun[]> {
  if (words.length > MAX_RUNS)
    throw new CommandFailure(
      `${words.length} folders are too many for one page; name at most ${MAX_RUNS}.`,
      2,
    );
  const paths = words.map((word) => resolve(cwd, word));
  refuseDoubles(paths, (path) => `${relative(cwd, path) || '.'} is named twice`);
  const names = shortNames(paths);
  const faults: string[] = [];
  const runs: ShownRun[] = [];
  for (const [i, path] of paths.entries()) {
    try {
      runs.push({ ...(await loadRun(path, words[i] ?? path)), folder: names[i] ?? path });
    } catch (error) {
      if (!(error instanceof RunFolderError)) throw error;
      faults.push(error.message);
    }
  }
  if (faults.length > 0) throw new CommandFailure(faults.join('\n'), 2);
  return runs;
}

/** The last parts of paths, as many as tell them apart: a page says nothing of the folders around. */
function shortNames(paths: readonly string[]): readonly string[] {
  const parts = paths.map((path) => path.split(sep).filter((part) => part !== ''));
  const deepest = Math.max(1, ...parts.map(({ length }) => length));
  for (let depth = 1; depth < deepest; depth++) {
    const names = parts.map((path) => path.slice(-depth).join('/'));
    if (new Set(names).size === names.length) return names;
  }
  return parts.map((path) => path.join('/'));
}

async function write(path: string, content: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomically(path, content);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`${path} cannot be written: ${why}. Choose another place with --out or --csv.`);
  }
}

function refuseDoubles(paths: readonly string[], message: (path: string) => string): void {
  const double = paths.find((path, i) => paths.indexOf(path) < i);
  if (double !== undefined) throw new CommandFailure(`${message(double)}.`, 2);
}
