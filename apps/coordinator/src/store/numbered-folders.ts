// Checkpoints that follow each other: numbered checked folders, of which the newest few are kept.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TesseraError } from '@tessera/core/protocol';
import { readCheckedFolder, UNFINISHED_PREFIX, writeCheckedFolder } from './checked-folder.ts';
import type { Files } from './checkpoint-files.ts';

/** Folders kept: the newest, and two to fall back on. */
const KEPT = 3;
const DIGITS = 6;

export interface NumberedFoldersOptions {
  /** Where they stand. */
  readonly path: string;
  /** What stands before the number in a folder's name. */
  readonly prefix: string;
  /** For messages: "checkpoint of round 3". */
  readonly titleOf: (number: number) => string;
  /** For messages: "The run goes on from the". */
  readonly goesOn: string;
}

/** The folders of one kind under one path. */
export class NumberedFolders {
  readonly #options: NumberedFoldersOptions;

  constructor(options: NumberedFoldersOptions) {
    this.#options = options;
  }

  /**
   * The newest content that can be read; `notes` says in sentences what was damaged and passed over. Throws a
   * TesseraError where there are folders and none of them is good.
   */
  async newest<T>(read: (files: Files) => T): Promise<{ content?: T; notes: string[] }> {
    const { path, titleOf, goesOn } = this.#options;
    const notes: string[] = [];
    for (const number of (await this.#numbers()).reverse()) {
      try {
        const content = read(await readCheckedFolder(this.#path(number)));
        if (notes.length > 0) notes.push(`${goesOn} ${titleOf(number)}.`);
        return { content, notes };
      } catch (error) {
        const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
        notes.push(`The ${titleOf(number)} is damaged and was passed over: ${why}.`);
      }
    }
    if (notes.length > 0)
      throw new TesseraError(
        'checkpoint-corrupt',
        `No checkpoint in ${path} can be read. ${notes.join(' ')}`,
      );
    return { notes };
  }

  /** Writes a folder and drops those that are too old; throws a TesseraError that says why it could not. */
  async write(number: number, files: Files): Promise<void> {
    const { path, titleOf } = this.#options;
    try {
      await mkdir(path, { recursive: true });
      await writeCheckedFolder(this.#path(number), files);
      for (const other of await this.#numbers())
        if (other <= number - KEPT) await rm(this.#path(other), { recursive: true, force: true });
    } catch (error) {
      throw new TesseraError(
        'data-directory-unwritable',
        `The ${titleOf(number)} could not be written: ${reasonOf(error)}.`,
        { cause: error },
      );
    }
  }

  /** Removes what a crash has left half written. */
  async sweep(): Promise<void> {
    const names = await readdir(this.#options.path).catch(() => []);
    for (const name of names.filter((other) => other.startsWith(UNFINISHED_PREFIX)))
      await rm(join(this.#options.path, name), { recursive: true, force: true });
  }

  /** In order. */
  async #numbers(): Promise<number[]> {
    const { path, prefix } = this.#options;
    const names = await readdir(path).catch(() => []);
    return names
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .filter((rest) => /^\d{6}$/.test(rest))
      .map(Number)
      .sort((a, b) => a - b);
  }

  #path(number: number): string {
    const { path, prefix } = this.#options;
    return join(path, `${prefix}${String(number).padStart(DIGITS, '0')}`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return 'the disk is full';
  return error instanceof Error ? error.message : String(error);
}
