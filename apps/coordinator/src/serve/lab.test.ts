// A lab of three tiers as one command starts it: real processes, which are ended and started again in their folder.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunSettings } from '@tessera/core/protocol';
import { smallRun } from '@tessera/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DrawnSource, loadConfig, pointsLabRun, pointsLabSource } from '../config/index.ts';
import { type Lab, startLab } from './lab.ts';

/** Nine starts of processes, on a machine that does other things as well. */
const LIMIT_MS = 600_000;
const RUN = smallRun({
  ...{ strategy: 'fr-sync', communities: ['Cloud'], stepsPerRound: 2, rounds: 100_000, minimumDevices: 1 },
});

let folder: string;
let lab: Lab | undefined;
let said: string[];
let heard: () => void;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-lab-'));
});
afterEach(async () => {
  await lab?.close();
  await rm(folder, { recursive: true, maxRetries: 10 });
});

interface Started {
  readonly run?: RunSettings;
  readonly sourceOf?: (community: number) => DrawnSource;
  readonly fresh?: boolean;
}

/** Starts the lab anew; what an earlier one said is forgotten. */
async function start({
  run = RUN,
  sourceOf = () => ({ drawn: 'pen' }),
  fresh = false,
}: Started = {}): Promise<void> {
  await lab?.close();
  said = [];
  heard = () => undefined;
  lab = await startLab({
    ...{ config: { run }, dataDir: folder, communities: run.communities, sourceOf },
    ...{ devicesPerEdge: 1, port: 0, engine: 'wasm', fresh, joinCode: 'blue door' },
    onLine: (line) => {
      said.push(line);
      heard();
    },
  });
}

/** Versions of the global model that were merged since the start, once there are so many. */
function merged(count: number): Promise<readonly number[]> {
  return new Promise((resolve) => {
    heard = () => {
      const versions = said.flatMap((line) => {
        const [, version] = /^cloud: .*merged version=(\d+)/.exec(line) ?? [];
        return version === undefined ? [] : [Number(version)];
      });
      if (versions.length >= count) resolve(versions);
    };
    heard();
  });
}

describe('a lab in one command', { timeout: LIMIT_MS }, () => {
  it('TIERNET-53: it trains with its join code, goes on when it is started again, and --fresh begins anew', async () => {
    await start();
    const before = await merged(3);
    expect(before.slice(0, 3)).toEqual([1, 2, 3]);
    await start();
    const [next = 0] = await merged(1);
    expect(next).toBeGreaterThan(3);
    await start({ fresh: true });
    expect((await merged(1))[0]).toBe(1);
    const aside = (await readdir(folder)).filter((name) => name.startsWith('before-'));
    expect(await readdir(join(folder, aside[0] ?? ''))).toEqual(['devices-1']);
    for (const server of ['cloud', 'edge-1'])
      expect((await readdir(join(folder, server))).some((name) => name.startsWith('before-'))).toBe(true);
  });

  it('TIERNET-57: in a lab of points each device draws points around the mean of its community, and the cloud merges', async () => {
    const server = { hostOnlyLocal: true };
    const sources = { preset: pointsLabRun(2), assignments: [], server, cwd: folder };
    await start({ run: (await loadConfig(sources)).run, sourceOf: pointsLabSource });
    expect((await merged(2)).slice(0, 2)).toEqual([1, 2]);
    for (const name of ['Gaussian 1 1', 'Gaussian 2 1'])
      expect(said.some((line) => line.startsWith(`${name}: 2000 points, wasm`))).toBe(true);
  });
});
