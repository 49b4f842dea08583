// results.json as text: checked when read and when written.
import { RESULTS_VERSION, type Results, resultsSchema } from './results.ts';

/** Faults beyond these are counted, not listed. */
const MAX_LISTED_FAULTS = 8;

/** A results.json that cannot be used; the message names every fault with its place. */
export class ResultsError extends Error {
  override readonly name = 'ResultsError';
  /** One line per fault, each beginning with the path of the field. */
  readonly faults: readonly string[];

  constructor(message: string, faults: readonly string[] = []) {
    super([message, ...listed(faults)].join('\n'));
    this.faults = faults;
  }
}

/** Reads results.json. @throws ResultsError for damaged JSON, another version, and fields that are wrong. */
export function parseResults(text: string): Results {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ResultsError(`This is no JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  checkVersion(value);
  return checkResults(value);
}

/** Writes results.json. @throws ResultsError when a value is out of its bounds, NaN and infinity among them. */
export function formatResults(results: Results): string {
  return `${JSON.stringify(checkResults(results), undefined, 2)}\n`;
}

/** A measured number, or null where there is none (undefined, NaN, infinity). */
export function measured(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function checkResults(value: unknown): Results {
  const parsed = resultsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${pathText(path)}: ${message}`);
  throw new ResultsError('These are no results of Tessera:', faults);
}

function checkVersion(value: unknown): void {
  if (typeof value !== 'object' || value === null || !('version' in value))
    throw new ResultsError('This is no results.json of Tessera: it has no version.');
  const { version } = value;
  if (version === RESULTS_VERSION) return;
  const advice =
    typeof version === 'number' && version > RESULTS_VERSION
      ? 'Update Tessera, or make the results again with this one.'
      : 'Make the results again.';
  throw new ResultsError(
    `Version ${JSON.stringify(version)} cannot be read, only version ${RESULTS_VERSION}. ${advice}`,
  );
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  return text === '' ? 'the file' : text;
}

function listed(faults: readonly string[]): string[] {
  const more = faults.length - MAX_LISTED_FAULTS;
  return [
    ...faults.slice(0, MAX_LISTED_FAULTS).map((fault) => `  ${fault}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
