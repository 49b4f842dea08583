// The device's own storage in the browser (OPFS): its token and moments of each run, never its images.
import type { DeviceMemory, DeviceStorage } from '@tessera/core/device';
import { writeOriginFile } from '../data/index.ts';
import { decodeDeviceMemory, encodeDeviceMemory } from './device-memory.ts';

const FOLDER = 'device';

/** One file a run; where the browser offers no storage, the memory lasts as long as the page. */
export class OriginStorage implements DeviceStorage {
  readonly #root: () => Promise<FileSystemDirectoryHandle>;
  readonly #held = new Map<string, DeviceMemory>();

  /** @param root the origin's storage, `() => navigator.storage.getDirectory()` in a browser. */
  constructor(root: () => Promise<FileSystemDirectoryHandle>) {
    this.#root = root;
  }

  async load(runId: string): Promise<DeviceMemory | undefined> {
    const held = this.#held.get(runId);
    if (held) return held;
    try {
      const file = await (await this.#file(runId, false)).getFile();
      return decodeDeviceMemory(new Uint8Array(await file.arrayBuffer()));
    } catch {
      return undefined; // nothing was kept, or storage is closed to us: the device joins anew
    }
  }

  async save(runId: string, memory: DeviceMemory): Promise<void> {
    this.#held.set(runId, memory);
    try {
      await writeOriginFile(await this.#file(runId, true), encodeDeviceMemory(memory));
    } catch {
      // Private windows and full disks refuse: a reload then joins anew, and nothing else is lost.
    }
  }

  async forget(runId: string): Promise<void> {
    this.#held.delete(runId);
    try {
      await (await this.#folder()).removeEntry(fileName(runId));
    } catch {
      // There was nothing to forget.
    }
  }

  async #file(runId: string, create: boolean): Promise<FileSystemFileHandle> {
    return (await this.#folder()).getFileHandle(fileName(runId), { create });
  }

  async #folder(): Promise<FileSystemDirectoryHandle> {
    return (await this.#root()).getDirectoryHandle(FOLDER, { create: true });
  }
}

function fileName(runId: string): string {
  return `${runId}.safetensors`;
}
