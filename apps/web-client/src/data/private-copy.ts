// The private copy of connected images in the browser's own storage (OPFS), kept only if the volunteer agrees.
import { DataError, decodeImageSet, encodeImageSet, type ImageSet } from '@tessera/core/data';
import { writeOriginFile } from './origin-file.ts';

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
        await writeOriginFile(file, bytes);
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
