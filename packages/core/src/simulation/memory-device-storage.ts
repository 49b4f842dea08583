// What devices keep between visits, in memory.
import type { DeviceMemory, DeviceStorage } from '../device/index.ts';

/** Device storage in memory, one per device; survives a reload of the device. */
export class MemoryDeviceStorage implements DeviceStorage {
  readonly #memories = new Map<string, DeviceMemory>();

  load(runId: string): Promise<DeviceMemory | undefined> {
    return Promise.resolve(this.#memories.get(runId));
  }

  save(runId: string, memory: DeviceMemory): Promise<void> {
    this.#memories.set(runId, memory);
    return Promise.resolve();
  }

  forget(runId: string): Promise<void> {
    this.#memories.delete(runId);
    return Promise.resolve();
  }

  /** What is kept of a run now. */
  kept(runId: string): DeviceMemory | undefined {
    return this.#memories.get(runId);
  }
}
