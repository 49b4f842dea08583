// The private copy of connected images in the browser's own storage (OPFS), kept only if the volunteer agrees.
import { DataError, decodeImageSet, encodeImageSet, type ImageSet } from '@tessera/core/data';

const FOLDER = 'images';

/** Copies by run, so that a reload need not ask for the files again. */
export class PrivateCopies {
  readonly #root: () => Promise<FileSystemDirectoryHandle>;

  /** @param root the origin's storage, `() => navigator.storage.getDirectory()` in a browser. */
  constructor(root: () => Promise<FileSystemDirectoryHandle>) {
    this.#root = root;
  }

  /** Keeps a copy of the set in place of any earlier one; throws `storage-full` or `storage-unavailable`. */
  async save(runId: string, set: ImageSet): Promise<void> {
    const bytes = encodeImageSet(set);
    await asDataErrors(bytes.length, async () => {
      const folder = await this.#folder();
      const file = await folder.getFileHandle(fileName(runId), { create: true });
      try {
        await write(file, bytes);
      } catch (error) {
        await folder.removeEntry(fileName(runId)); // half a copy would only take room
        throw error;
      }
    });
  }

  /** The kept copy, or undefined when there is none; throws `copy-damaged` or `storage-unavailable`. */
  async load(runId: string): Promise<ImageSet | undefined> {
    const bytes = await asDataErrors(0, async () => {
      const file = await this.#existing(runId);
      return file && new Uint8Array(await (await file.getFile()).arrayBuffer());
    });
    return bytes && decodeImageSet(bytes);
  }

  /** Removes the copy; there may be none. */
  async forget(runId: string): Promise<void> {
    await asDataErrors(0, async () => {
      if (await this.#existing(runId)) await (await this.#folder()).removeEntry(fileName(runId));
    });
  }

  async #existing(runId: string): Promise<FileSystemFileHandle | undefined> {
    try {
      return await (await this.#folder()).getFileHandle(fileName(runId));
    } catch (error) {
      if (nameOf(error) === 'NotFoundError') return undefined;
      throw error;
    }
  }

  async #folder(): Promise<FileSystemDirectoryHandle> {
    return (await this.#root()).getDirectoryHandle(FOLDER, { create: true });
  }
}

function fileName(runId: string): string {
  return `${runId}.images`;
}

/** The part of a Worker's file handle that TypeScript's library for pages leaves out. */
interface WorkerFileHandle {
  createSyncAccessHandle(): Promise<{
    truncate(size: number): void;
    write(bytes: Uint8Array, options: { readonly at: number }): number;
    flush(): void;
    close(): void;
  }>;
}

/** Safari had the Worker's synchronous handle years before `createWritable` (Safari 26). */
async function write(file: FileSystemFileHandle, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  if ('createWritable' in file) {
    const stream = await file.createWritable();
    try {
      await stream.write(bytes);
    } catch (error) {
      await stream.abort();
      throw error;
    }
    await stream.close();
    return;
  }
  const handle = await (file as WorkerFileHandle).createSyncAccessHandle();
  try {
    handle.truncate(0);
    handle.write(bytes, { at: 0 });
    handle.flush();
  } finally {
    handle.close();
  }
}

/** What browsers throw around their storage, in words that say what to do. */
async function asDataErrors<T>(size: number, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (nameOf(error) === 'QuotaExceededError') {
      throw new DataError(
        'storage-full',
        `This browser has no room for a private copy of ${(size / 2 ** 20).toFixed(1)} MiB: ` +
          'free some space, or go on without a copy.',
      );
    }
    throw new DataError(
      'storage-unavailable',
      `This browser keeps no private copy here (${nameOf(error)}): go on without one, or leave the private window.`,
    );
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : String(error);
}
