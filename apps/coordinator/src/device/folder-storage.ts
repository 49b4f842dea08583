// What a headless device keeps of a run between starts, in one file that only its owner reads.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceMemory, DeviceStorage } from '@tessera/core/device';
import { type NamedTensors, readSafetensors, writeSafetensors } from '@tessera/core/tensors';
import { z } from 'zod';
import { writeFileAtomically } from '../store/index.ts';

const LAYERS = 'layers/';
const MOMENTS = 'moments/';
/** Numbers that stand beside the tensors, as text. */
const metadataSchema = z.strictObject({
  token: z.string().max(64),
  committedRound: z.coerce.number().int().min(-1),
  steps: z.string().transform((json) => z.record(z.string(), z.int().min(0)).parse(JSON.parse(json))),
  has: z.enum(['token', 'layers', 'moments']),
});

/** Device storage in a folder: one safetensors file a run, replaced as a whole. */
export class FolderStorage implements DeviceStorage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async load(runId: string): Promise<DeviceMemory | undefined> {
    const bytes = await readFile(this.#path(runId)).catch(() => undefined);
    if (!bytes) return undefined;
    try {
      return memoryOf(bytes);
    } catch {
      // A damaged memory is worth no more than none: the device joins anew.
      return undefined;
    }
  }

  async save(runId: string, memory: DeviceMemory): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFileAtomically(this.#path(runId), bytesOf(memory), { mode: 0o600 });
  }

  async forget(runId: string): Promise<void> {
    await rm(this.#path(runId), { force: true });
  }

  #path(runId: string): string {
    return join(this.#folder, `${runId.replaceAll(/[^a-z0-9-]/g, '_')}.safetensors`);
  }
}

function bytesOf({ token, committedRound, layers, moments }: DeviceMemory): Uint8Array {
  const tensors = new Map([...under(LAYERS, layers), ...under(MOMENTS, moments?.moments)]);
  return writeSafetensors(tensors, {
    token,
    committedRound: String(committedRound),
    steps: JSON.stringify(Object.fromEntries(moments?.steps ?? [])),
    has: moments ? 'moments' : layers ? 'layers' : 'token',
  });
}

function memoryOf(bytes: Uint8Array): DeviceMemory {
  const { tensors, metadata } = readSafetensors(bytes);
  const { token, committedRound, steps, has } = metadataSchema.parse(metadata);
  const moments = { steps: new Map(Object.entries(steps)), moments: below(MOMENTS, tensors) };
  return {
    token,
    committedRound,
    ...(has === 'token' ? {} : { layers: below(LAYERS, tensors) }),
    ...(has === 'moments' ? { moments } : {}),
  };
}

function under(prefix: string, tensors: NamedTensors = new Map()): NamedTensors {
  return new Map([...tensors].map(([name, tensor]) => [prefix + name, tensor]));
}

function below(prefix: string, tensors: NamedTensors): NamedTensors {
  const own = [...tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(own.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}
