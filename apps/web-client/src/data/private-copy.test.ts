import { DataError, drawnImages } from '@tessera/core/data';
import { Random } from '@tessera/core/random';
import { describe, expect, test } from 'vitest';
import { PrivateCopies } from './private-copy.ts';

const set = drawnImages({ domain: 'segments', count: 16, random: new Random(1) });

/** The origin's storage in memory: directories and files as the File System standard describes them. */
class MemoryDirectory {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #folders = new Map<string, MemoryDirectory>();
  /** Bytes that still fit. */
  room = Infinity;
  readonly #synchronous: boolean;

  constructor({ synchronous = false } = {}) {
    this.#synchronous = synchronous;
  }

  folder(name: string): MemoryDirectory {
    const folder = this.#folders.get(name) ?? new MemoryDirectory({ synchronous: this.#synchronous });
    this.#folders.set(name, folder);
    return folder;
  }

  getDirectoryHandle(name: string): Promise<MemoryDirectory> {
    return Promise.resolve(this.folder(name));
  }

  getFileHandle(name: string, options: { create?: boolean } = {}): Promise<object> {
    if (!this.files.has(name)) {
      if (!options.create) return Promise.reject(new DOMException('not there', 'NotFoundError'));
      this.files.set(name, new Uint8Array(0));
    }
    const getFile = () => Promise.resolve(new Blob([this.files.get(name) ?? new Uint8Array(0)]));
    return Promise.resolve(
      this.#synchronous
        ? { getFile, createSyncAccessHandle: () => Promise.resolve(this.#syncHandle(name)) }
        : { getFile, createWritable: () => Promise.resolve(this.#writable(name)) },
    );
  }

  removeEntry(name: string): Promise<void> {
    this.files.delete(name);
    return Promise.resolve();
  }

  #keep(name: string, bytes: Uint8Array): void {
    if (bytes.length > this.room) throw new DOMException('full', 'QuotaExceededError');
    this.files.set(name, new Uint8Array(bytes));
  }

  #writable(name: string) {
    let written = new Uint8Array(0);
    return {
      write: (bytes: Uint8Array<ArrayBuffer>) => Promise.resolve((written = bytes)).then(() => undefined),
      close: () => Promise.resolve().then(() => this.#keep(name, written)),
      abort: () => Promise.resolve(),
    };
  }

  #syncHandle(name: string) {
    return {
      truncate: () => this.files.set(name, new Uint8Array(0)),
      write: (bytes: Uint8Array) => this.#keep(name, bytes),
      flush: () => undefined,
      close: () => undefined,
    };
  }
}

function copiesIn(root: MemoryDirectory): PrivateCopies {
  // MemoryDirectory has the part of the interface that PrivateCopies uses.
  return new PrivateCopies(() => Promise.resolve(root as unknown as FileSystemDirectoryHandle));
}

describe.each([{ synchronous: false }, { synchronous: true }])(
  'private copies, $synchronous handles',
  (kind) => {
    test('DATA-45: kept by run, loaded, replaced, forgotten', async () => {
      const copies = copiesIn(new MemoryDirectory(kind));
      expect(await copies.load('digits')).toBeUndefined();
      await copies.save('digits', set);
      expect(await copies.load('digits')).toEqual(set);
      expect(await copies.load('another')).toBeUndefined();
      const other = drawnImages({ domain: 'pen', count: 40, random: new Random(2) });
      await copies.save('digits', other);
      expect(await copies.load('digits')).toEqual(other);
      await copies.forget('digits');
      await copies.forget('digits');
      expect(await copies.load('digits')).toBeUndefined();
    });

    test('DATA-46: no room: the error says how much was wanted, and no half copy stays', async () => {
      const root = new MemoryDirectory(kind);
      root.folder('images').room = 1_000;
      await expect(copiesIn(root).save('digits', set)).rejects.toThrow(
        expect.objectContaining({
          code: 'storage-full',
          message: expect.stringMatching(/0\.0 MiB/) as string,
        }),
      );
      expect(root.folder('images').files.size).toBe(0);
    });

    test('DATA-36: a damaged copy is refused in words', async () => {
      const root = new MemoryDirectory(kind);
      const copies = copiesIn(root);
      await copies.save('digits', set);
      const { files } = root.folder('images');
      for (const [name, bytes] of files) files.set(name, bytes.slice(0, 500));
      await expect(copies.load('digits')).rejects.toThrow(expect.objectContaining({ code: 'copy-damaged' }));
    });
  },
);

test('DATA-46: a browser that keeps nothing (a private window) is named as the reason', async () => {
  const copies = new PrivateCopies(() => Promise.reject(new DOMException('denied', 'SecurityError')));
  for (const attempt of [copies.save('digits', set), copies.load('digits'), copies.forget('digits')]) {
    const error: unknown = await attempt.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect(error).toMatchObject({ code: 'storage-unavailable' });
  }
});
