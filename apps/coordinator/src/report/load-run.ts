// Reads the folder of a finished run: its results, and the pictures they name.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseResults, RESULTS_FILE, type Results, ResultsError } from '@tessera/core/report';
import type { ShownRun } from './page/index.ts';

const MAX_RESULTS_BYTES = 1 << 27; // 128 MiB
const MAX_PICTURE_BYTES = 1 << 24; // 16 MiB
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A folder whose results cannot be shown, and what to do. */
export class RunFolderError extends Error {
  override readonly name = 'RunFolderError';
}

/** The run in `folder`, shown by the name `name`. @throws RunFolderError when results.json is missing or faulty. */
export async function loadRun(folder: string, name: string): Promise<ShownRun> {
  const results = await readResults(join(folder, RESULTS_FILE), name);
  const files = [...new Set(results.samples.map(({ file }) => file))];
  const pictures = await Promise.all(
    files.map(async (file) => [file, await readPicture(join(folder, file))] as const),
  );
  return {
    folder: name,
    results,
    pictures: new Map(pictures.flatMap(([file, png]) => (png ? [[file, png]] : []))),
  };
}

async function readResults(path: string, name: string): Promise<Results> {
  const text = await readBounded(path, MAX_RESULTS_BYTES).catch((error: unknown) => {
    const why =
      error instanceof RangeError
        ? `${RESULTS_FILE} is ${error.message}`
        : `there is no ${RESULTS_FILE} in it`;
    throw new RunFolderError(`${name} is no folder of a run: ${why}. Name the --out folder of a simulation.`);
  });
  try {
    return parseResults(text.toString('utf8'));
  } catch (error) {
    if (error instanceof ResultsError)
      throw new RunFolderError(`${join(name, RESULTS_FILE)}: ${error.message}`);
    throw error;
  }
}

/** A PNG; undefined where there is none or something else. */
async function readPicture(path: string): Promise<Uint8Array | undefined> {
  const content = await readBounded(path, MAX_PICTURE_BYTES).catch(() => undefined);
  return content?.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE) ? content : undefined;
}

async function readBounded(path: string, maxBytes: number): Promise<Buffer> {
  const { size } = await stat(path);
  if (size > maxBytes) throw new RangeError(`larger than ${maxBytes} bytes`);
  return readFile(path);
}
