// The samples of committed rounds, one small file a round, for the slider on the pages.
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RoundSamples } from '@tessera/core/session';
import { z } from 'zod';
import { writeFileAtomically } from './files.ts';

/** Rounds whose samples are kept; beyond it the history is thinned where it is densest. */
export const MAX_SAMPLE_ROUNDS = 200;

const MAX_CLASSES = 64;
/** Samples as they stand in a file and on the wire. */
export const samplesSchema = z.strictObject({
  round: z.int().min(0),
  shape: z.tuple([z.int().max(64), z.int().max(64), z.int().max(3)]),
  groups: z
    .array(
      z.strictObject({
        cluster: z.int().min(0).max(63),
        labels: z.array(z.int().min(0).max(MAX_CLASSES)).max(1_024),
        pixels: z.base64(),
      }),
    )
    .max(64),
});

/** Keeps the samples of up to 200 rounds in a folder. */
export class SampleFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async save(samples: RoundSamples): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFileAtomically(this.#path(samples.round), JSON.stringify(samples));
    const surplus = densest(await this.rounds());
    if (surplus !== undefined) await rm(this.#path(surplus), { force: true });
  }

  /** Rounds with samples, in order. */
  async rounds(): Promise<readonly number[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names
      .flatMap((name) => /^round-(\d{6})\.json$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** The samples of a round; undefined when there are none that can be read. */
  async read(round: number): Promise<RoundSamples | undefined> {
    const text = await readFile(this.#path(round), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      return samplesSchema.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  #path(round: number): string {
    return join(this.#folder, `round-${String(round).padStart(6, '0')}.json`);
  }
}

/** The round to drop when there are too many: the earliest whose neighbours are nearest; never the first or last. */
function densest(rounds: readonly number[]): number | undefined {
  if (rounds.length <= MAX_SAMPLE_ROUNDS) return undefined;
  const gaps = rounds
    .slice(1, -1)
    .map((round, i) => ({ round, gap: (rounds[i + 2] ?? round) - (rounds[i] ?? round) }));
  return gaps.sort((a, b) => a.gap - b.gap || a.round - b.round)[0]?.round;
}
