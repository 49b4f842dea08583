// A cloud's files on disk: its last three merges, who its edges are, and samples of the global model.
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { CloudCheckpoint, CloudStorePort } from '@tessera/core/cloud';
import { MAXIMUM_EDGES } from '@tessera/core/protocol';
import type { RoundSamples } from '@tessera/core/session';
import type { CommunityMemory } from '@tessera/core/tiers';
import { z } from 'zod';
import { cloudCheckpointOf, cloudFilesOf } from './cloud-files.ts';
import { writeFileAtomically } from './files.ts';
import { NumberedFolders } from './numbered-folders.ts';
import { SampleFiles } from './sample-files.ts';

const MERGES = 'merges';
const SAMPLES = 'samples';
const EDGES = 'edges.json';
const digest = z.string().max(64);
const digestsSchema = z.record(
  z.string().max(40),
  z.union([
    z.array(digest).max(MAXIMUM_EDGES),
    // As it was written when a community had one edge.
    digest.transform((only) => [only]),
  ]),
);

/** The CloudStorePort of a data directory. */
export class CloudStore implements CloudStorePort {
  readonly #dataDir: string;
  readonly #merges: NumberedFolders;
  readonly #samples: SampleFiles;
  readonly #note: (note: string) => void;
  #newest: CloudCheckpoint | undefined;
  #saving: Promise<unknown> = Promise.resolve();

  /** @param note hears in sentences what was damaged and passed over. */
  constructor(dataDir: string, note: (note: string) => void) {
    this.#dataDir = dataDir;
    this.#note = note;
    this.#merges = new NumberedFolders({
      path: join(dataDir, MERGES),
      prefix: 'version-',
      titleOf: (version) => `checkpoint of version ${version}`,
      goesOn: 'The cloud goes on from the',
    });
    this.#samples = new SampleFiles(join(dataDir, SAMPLES));
  }

  /** @param options `sweep: false` leaves alone what a cloud may just be writing. */
  async load({ sweep = true } = {}): Promise<CloudCheckpoint | undefined> {
    if (sweep) await this.#merges.sweep();
    const { content, notes } = await this.#merges.newest(cloudCheckpointOf);
    for (const note of notes) this.#note(note);
    this.#newest = content;
    return content;
  }

  async commit(checkpoint: CloudCheckpoint): Promise<void> {
    await this.#merges.write(checkpoint.version, cloudFilesOf(checkpoint));
    this.#newest = checkpoint;
  }

  /** The last merge that is on disk. */
  get newest(): CloudCheckpoint | undefined {
    return this.#newest;
  }

  saveSamples(samples: RoundSamples): Promise<void> {
    return this.#samples.save(samples);
  }

  sampleRounds(): Promise<readonly number[]> {
    return this.#samples.rounds();
  }

  samples(version: number): Promise<RoundSamples | undefined> {
    return this.#samples.read(version);
  }

  /** By which tokens the edges are known again. */
  get edges(): CommunityMemory {
    const path = join(this.#dataDir, EDGES);
    return {
      load: async () => {
        const text = await readFile(path, 'utf8').catch(() => '{}');
        try {
          return new Map(Object.entries(digestsSchema.parse(JSON.parse(text))));
        } catch {
          // Without it every edge is taken for a new one of its community.
          this.#note(`${EDGES} is damaged and was passed over: edges are known again when they come back.`);
          return new Map();
        }
      },
      save: (digests) => {
        const content = JSON.stringify(Object.fromEntries(digests));
        // Edges come in one moment; their files are written one after the other.
        const saved = this.#saving.then(() => writeFileAtomically(path, content));
        this.#saving = saved.catch(() => undefined);
        return saved;
      },
    };
  }

  /** Moves merges, samples and edges aside, so that the cloud starts anew; resolves to their new place, if any were there. */
  async putAside(now: Date): Promise<string | undefined> {
    const kept = new Set<string>([MERGES, SAMPLES, EDGES]);
    const names = (await readdir(this.#dataDir)).filter((name) => kept.has(name));
    if (names.length === 0) return undefined;
    const aside = join(this.#dataDir, `before-${now.toISOString().replaceAll(/[:.]/g, '-')}`);
    await mkdir(aside);
    for (const name of names) await rename(join(this.#dataDir, name), join(aside, name));
    return aside;
  }
}
