// What a device keeps of a run between visits, as one safetensors file.
import type { DeviceMemory } from '@tessera/core/device';
import {
  type NamedTensors,
  type PlainTensor,
  readSafetensors,
  writeSafetensors,
} from '@tessera/core/tensors';
import { z } from 'zod';

const MOMENTS = 'moments/';
const LAYERS = 'layers/';
const count = z.int().min(0).max(0xffff_ffff);

const headSchema = z.strictObject({
  token: z.string().max(64),
  committedRound: z.int().min(-1).max(0xffff_ffff),
  /** Absent: no moments were kept. */
  steps: z.record(z.string().max(64), count).optional(),
  layers: z.boolean(),
});

/** The memory as bytes. */
export function encodeDeviceMemory({
  token,
  committedRound,
  layers,
  moments,
}: DeviceMemory): Uint8Array<ArrayBuffer> {
  const head: z.infer<typeof headSchema> = {
    token,
    committedRound,
    layers: layers !== undefined,
    ...(moments && { steps: Object.fromEntries(moments.steps) }),
  };
  const tensors = new Map([...prefixed(MOMENTS, moments?.moments), ...prefixed(LAYERS, layers)]);
  return new Uint8Array(writeSafetensors(tensors, { tessera: JSON.stringify(head) }));
}

/** Reads what `encodeDeviceMemory` wrote; undefined for anything else: the device then joins anew. */
export function decodeDeviceMemory(bytes: Uint8Array): DeviceMemory | undefined {
  try {
    const { tensors, metadata } = readSafetensors(bytes);
    const head = headSchema.parse(JSON.parse(metadata.tessera ?? ''));
    const steps = head.steps && new Map(Object.entries(head.steps));
    return {
      token: head.token,
      committedRound: head.committedRound,
      ...(head.layers && { layers: without(LAYERS, tensors) }),
      ...(steps && { moments: { steps, moments: without(MOMENTS, tensors) } }),
    };
  } catch {
    return undefined;
  }
}

function prefixed(prefix: string, tensors: NamedTensors = new Map()): (readonly [string, PlainTensor])[] {
  return [...tensors].map(([name, tensor]) => [prefix + name, tensor] as const);
}

function without(prefix: string, tensors: NamedTensors): NamedTensors {
  return new Map(
    [...tensors].flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
    ),
  );
}
