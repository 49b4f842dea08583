// The run's files on disk: the last three checkpoints and the samples of the rounds.
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TesseraError } from '@tessera/core/protocol';
import type { Checkpoint, RoundSamples, StorePort } from '@tessera/core/session';
import { readCheckedFolder, UNFINISHED_PREFIX, writeCheckedFolder } from './checked-folder.ts';
import { checkpointOf, filesOf } from './checkpoint-files.ts';
import { SampleFiles } from './sample-files.ts';

/** Checkpoints kept: the newest, and two to fall back on. */
const CHECKPOINTS_KEPT = 3;

/** The StorePort of a data directory. */
export class RunStore implements StorePort {
  readonly #dataDir: string;
  readonly #checkpoints: string;
  readonly #samples: SampleFiles;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
    this.#checkpoints = join(dataDir, 'checkpoints');
    this.#samples = new SampleFiles(join(dataDir, 'samples'));
  }

  /** @param options `sweep: false` leaves alone what a coordinator may just be writing. */
  async load({ sweep = true } = {}): Promise<{ checkpoint?: Checkpoint; notes: string[] }> {
    if (sweep) await this.#sweep();
    const notes: string[] = [];
    for (const commits of (await this.#commits()).reverse()) {
      try {
        const checkpoint = checkpointOf(await readCheckedFolder(this.#path(commits)));
        if (notes.length > 0) notes.push(`The run goes on from the ${titleOf(commits)}.`);
        return { checkpoint, notes };
      } catch (error) {
        const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
        notes.push(`The ${titleOf(commits)} is damaged and was passed over: ${why}.`);
      }
    }
    if (notes.length > 0)
      throw new TesseraError(
        'checkpoint-corrupt',
        `No checkpoint in ${this.#checkpoints} can be read. ${notes.join(' ')}`,
      );
    return { notes };
  }

  async commit(checkpoint: Checkpoint): Promise<void> {
    const commits = checkpoint.committedRound + 1;
    try {
      await mkdir(this.#checkpoints, { recursive: true });
      await writeCheckedFolder(this.#path(commits), filesOf(checkpoint));
      await this.#prune(commits);
    } catch (error) {
      throw new TesseraError(
        'data-directory-unwritable',
        `The ${titleOf(commits)} could not be written: ${reasonOf(error)}.`,
        { cause: error },
      );
    }
  }

  saveSamples(samples: RoundSamples): Promise<void> {
    return this.#samples.save(samples);
  }

  sampleRounds(): Promise<readonly number[]> {
    return this.#samples.rounds();
  }

  /** The samples of a committed round, if they are kept. */
  samples(round: number): Promise<RoundSamples | undefined> {
    return this.#samples.read(round);
  }

  /** Moves checkpoints and samples aside, so that the run starts anew; resolves to their new place, if any were there. */
  async putAside(now: Date): Promise<string | undefined> {
    const names = (await readdir(this.#dataDir)).filter((name) => ['checkpoints', 'samples'].includes(name));
    if (names.length === 0) return undefined;
    const aside = join(this.#dataDir, `before-${now.toISOString().replaceAll(/[:.]/g, '-')}`);
    await mkdir(aside);
    for (const name of names) await rename(join(this.#dataDir, name), join(aside, name));
    return aside;
  }

  /** Numbers of commits for which there is a checkpoint, in order. */
  async #commits(): Promise<number[]> {
    const names = await readdir(this.#checkpoints).catch(() => []);
    return names
      .flatMap((name) => /^commit-(\d{6})$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  async #prune(newest: number): Promise<void> {
    for (const commits of await this.#commits())
      if (commits <= newest - CHECKPOINTS_KEPT)
        await rm(this.#path(commits), { recursive: true, force: true });
  }

  async #sweep(): Promise<void> {
    const names = await readdir(this.#checkpoints).catch(() => []);
    for (const name of names.filter((other) => other.startsWith(UNFINISHED_PREFIX)))
      await rm(join(this.#checkpoints, name), { recursive: true, force: true });
  }

  #path(commits: number): string {
    return join(this.#checkpoints, `commit-${String(commits).padStart(6, '0')}`);
  }
}

function titleOf(commits: number): string {
  return commits === 0 ? 'checkpoint of the beginning' : `checkpoint of round ${commits - 1}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return 'the disk is full';
  return error instanceof Error ? error.message : String(error);
}
