// Prepares the data directory before anything else starts.
import { access, constants, mkdir, open, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TesseraError } from '@tessera/core/protocol';

/** Where a run's files are: as told, or .tessera/<run id> under the current folder. */
export function dataDirectoryOf(
  runId: string,
  { cwd, dataDir }: { cwd: string; dataDir?: string | undefined },
) {
  return resolve(cwd, dataDir ?? join('.tessera', runId));
}

/** Makes the directory and proves by a file that it can be written; throws a TesseraError otherwise. */
export async function prepareDataDirectory(path: string): Promise<void> {
  const probe = join(path, `.probe-${process.pid}`);
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    await (await open(probe, 'w')).close();
    await rm(probe);
  } catch (error) {
    throw new TesseraError(
      'data-directory-unwritable',
      `The data directory ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
      { cause: error },
    );
  }
}
