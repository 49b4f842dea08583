// The engine that was fastest on an earlier visit, kept in the browser's own storage.
import { z } from 'zod';
import { writeOriginFile } from '../../data/index.ts';
import type { BackendName } from './ladder.ts';

const FILE = 'engine.json';

const rememberedSchema = z.strictObject({
  /** What was timed, and where; anything else is timed anew. */
  circumstances: z.string().max(2_000),
  backend: z.enum(['webgpu', 'webgl', 'wasm']),
});

/** One engine for one browser and one size of networks; where the browser refuses storage, nothing is remembered. */
export class RememberedEngine {
  readonly #root: () => Promise<FileSystemDirectoryHandle>;

  /** @param root the origin's storage, `() => navigator.storage.getDirectory()` in a browser. */
  constructor(root: () => Promise<FileSystemDirectoryHandle>) {
    this.#root = root;
  }

  /** The engine that was fastest under these circumstances. */
  async load(circumstances: string): Promise<BackendName | undefined> {
    try {
      const file = await (await (await this.#root()).getFileHandle(FILE)).getFile();
      const kept = rememberedSchema.parse(JSON.parse(await file.text()));
      return kept.circumstances === circumstances ? kept.backend : undefined;
    } catch {
      return undefined; // nothing was kept, it is damaged, or storage is closed to us: engines are timed
    }
  }

  /** Keeps this engine in the place of any other. */
  async save(circumstances: string, backend: BackendName): Promise<void> {
    try {
      const kept: z.infer<typeof rememberedSchema> = { circumstances, backend };
      const file = await (await this.#root()).getFileHandle(FILE, { create: true });
      await writeOriginFile(file, new TextEncoder().encode(JSON.stringify(kept)));
    } catch {
      // Private windows and full disks refuse: the next visit times again.
    }
  }
}
