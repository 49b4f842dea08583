// The run's files on disk: the last three checkpoints and the samples of the rounds.
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint, RoundSamples, StorePort } from '@tessera/core/session';
import { checkpointOf, filesOf } from './checkpoint-files.ts';
import { NumberedFolders } from './numbered-folders.ts';
import { SampleFiles } from './sample-files.ts';

/** The StorePort of a data directory. */
export class RunStore implements StorePort {
  readonly #dataDir: string;
  readonly #checkpoints: NumberedFolders;
  readonly #samples: SampleFiles;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
    this.#checkpoints = new NumberedFolders({
      path: join(dataDir, 'checkpoints'),
      prefix: 'commit-',
      titleOf,
      goesOn: 'The run goes on from the',
    });
    this.#samples = new SampleFiles(join(dataDir, 'samples'));
  }

  /** @param options `sweep: false` leaves alone what a coordinator may just be writing. */
  async load({ sweep = true } = {}): Promise<{ checkpoint?: Checkpoint; notes: string[] }> {
    if (sweep) await this.#checkpoints.sweep();
    const { content, notes } = await this.#checkpoints.newest(checkpointOf);
    return { notes, ...(content && { checkpoint: content }) };
  }

  commit(checkpoint: Checkpoint): Promise<void> {
    return this.#checkpoints.write(checkpoint.committedRound + 1, filesOf(checkpoint));
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
}

function titleOf(commits: number): string {
  return commits === 0 ? 'checkpoint of the beginning' : `checkpoint of round ${commits - 1}`;
}
