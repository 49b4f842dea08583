// The devices that a plan is made for: from a file of profiles, or the paper's seven.
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  coordinatorProfileSchema,
  deviceProfileSchema,
  PAPER_COORDINATOR,
  PAPER_PROFILES,
  paperDevice,
  type CoordinatorProfile,
  type DeviceProfile,
  type RateUnit,
} from '@tessera/core/cut';
import { z } from 'zod';
import { CommandFailure } from '../cli/index.ts';
import { faultsOf } from '../config/faults.ts';

/** A thousand profiles with all blocks measured stay far below this. */
const MAX_FILE_BYTES = 8 << 20; // 8 MiB
const MAX_DEVICES = 10_000;

/** Devices of one profile. */
export interface FleetPart {
  readonly name: string;
  readonly count: number;
  readonly profile: DeviceProfile;
}

/** Everybody who takes part. */
export interface Fleet {
  readonly parts: readonly FleetPart[];
  readonly coordinator: CoordinatorProfile;
}

const fleetSchema = z.strictObject({
  devices: z
    .array(
      z.strictObject({
        name: z.string().trim().min(1).max(40),
        count: z.int().min(1).max(MAX_DEVICES).default(1),
        profile: deviceProfileSchema,
      }),
    )
    .min(1)
    .max(1000),
  coordinator: coordinatorProfileSchema.default(PAPER_COORDINATOR),
});

/** Reads and checks a file of profiles; @throws CommandFailure with one line that says what is wrong with it. */
export async function readFleet(path: string, cwd: string): Promise<Fleet> {
  const full = resolve(cwd, path);
  const input = parseJson(await readText(full), full);
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new CommandFailure(`${full} is no file of profiles: the outermost value must be an object.`, 2);
  const result = fleetSchema.safeParse(input);
  if (!result.success)
    throw new CommandFailure(
      `${full} is no file of profiles: ${faultsOf(result.error, input, []).join('; ')}.`,
      2,
    );
  const { devices, coordinator } = result.data;
  return { parts: devices, coordinator };
}

/** The paper's seven profiles, 100 devices together unless said otherwise. */
export function paperFleet(unit: RateUnit): Fleet {
  const parts = PAPER_PROFILES.map((profile, index) => ({
    name: `profile ${index + 1}`,
    count: 1,
    profile: paperDevice(profile, unit),
  }));
  return resized({ parts, coordinator: PAPER_COORDINATOR }, 100);
}

/**
 * The same mix of profiles with `total` devices: parts in proportion, what is left over to the largest remainders, of
 * equal ones to the last. Profiles that get no device are left out.
 */
export function resized({ parts, coordinator }: Fleet, total: number): Fleet {
  const before = parts.reduce((sum, { count }) => sum + count, 0);
  const shares = parts.map(({ count }) => (total * count) / before);
  const left = total - shares.reduce((sum, share) => sum + Math.floor(share), 0);
  const byRemainder = [...shares.keys()].sort((a, b) => remainder(shares, b) - remainder(shares, a) || b - a);
  const raised = new Set(byRemainder.slice(0, left));
  const counts = shares.map((share, index) => Math.floor(share) + (raised.has(index) ? 1 : 0));
  return {
    parts: parts
      .map((part, index) => ({ ...part, count: counts[index] ?? 0 }))
      .filter(({ count }) => count > 0),
    coordinator,
  };
}

function remainder(shares: readonly number[], index: number): number {
  return (shares[index] ?? 0) % 1;
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= MAX_FILE_BYTES) return await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailure(`The file of profiles ${path} cannot be read (${reason}).`, 2, { cause });
  }
  throw new CommandFailure(`The file of profiles ${path} is larger than 8 MiB.`, 2);
}

function parseJson(content: string, path: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replaceAll('\n', ' ') : String(cause);
    throw new CommandFailure(`${path} is no JSON: ${reason}.`, 2, { cause });
  }
}
