// A cloud whose merge takes long: its edges are answered all the while.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tessera/core/clock';
import { networkParameters } from '@tessera/core/federate';
import { type EdgeNews, type RunSettings, runSpec } from '@tessera/core/protocol';
import { Random } from '@tessera/core/random';
import { elementCount, type NamedTensors, readSafetensors } from '@tessera/core/tensors';
import { smallRun } from '@tessera/core/testing';
import { CloudLink } from '@tessera/core/tiers';
import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { serverSettingsSchema } from '../config/index.ts';
import { connectToCoordinator } from '../transport/index.ts';
import { startCloud } from './index.ts';

/** A thread with an engine of its own, on a machine that does other things as well. */
const LIMIT_MS = 240_000;
/** Signs of life; an edge may send 200 at once. */
const BEATS = 50;
const NEWS: EdgeNews = {
  ...{ phase: 'training', round: 0, step: 0, committedRound: -1, here: 1, devices: [], urls: [] },
};

function someGenerator(settings: RunSettings): NamedTensors {
  const { generator } = runSpec(settings);
  const random = new Random('a generator');
  return new Map(
    networkParameters(generator, 1, generator.blocks.length).map(({ name, shape }) => [
      name,
      { shape, data: Float32Array.from({ length: elementCount(shape) }, () => random.next() / 10) },
    ]),
  );
}

/** Resolves when the cloud has answered a sign of life. */
function answered(link: CloudLink): Promise<void> {
  return new Promise((resolve) => {
    const stop = link.onChange(() => {
      stop();
      resolve();
    });
    link.tellNews();
  });
}

/** A tensor of a downloaded generator. */
async function weightIn(answer: Response | undefined, name: string): Promise<Float32Array | undefined> {
  const files = unzipSync(new Uint8Array((await answer?.arrayBuffer()) ?? new ArrayBuffer()));
  return readSafetensors(files['generator.safetensors'] ?? new Uint8Array()).tensors.get(name)?.data;
}

it(
  'TIERNET-54, TIERNET-58: the domain terms are computed in a thread of their own, the cloud answers beats meanwhile, and what it merged can be downloaded',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tessera-cloud-'));
    const settings = smallRun({
      ...{ strategy: 'lr-sync', condition: 'domains', communities: ['north', 'south'], domainSteps: 80 },
    });
    const cloud = await startCloud({
      config: {
        run: settings,
        server: serverSettingsSchema.parse({ port: 0, httpsPort: 0, hostOnlyLocal: true, engine: 'wasm' }),
      },
      ...{ dataDir: folder, webClient: join(folder, 'absent'), log: () => undefined },
      ...{ clock: systemClock, fresh: false },
    });
    const link = await CloudLink.open(
      { settings, community: 'north', start: 1, joinCode: undefined },
      {
        ...{ clock: systemClock, random: new Random(1), log: () => undefined, news: () => NEWS },
        connect: () => connectToCoordinator(new URL(`http://127.0.0.1:${cloud.httpPort}`), { as: 'edge' }),
        memory: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
      },
    );
    try {
      await answered(link);
      const download = (number: number) =>
        fetch(`http://127.0.0.1:${cloud.httpPort}/api/generator/${number}`);
      expect((await download(0)).status).toBe(404);
      let isMerged = false;
      const upload = { community: 0, round: 0, score: -0.5, iterations: 1, basedOn: 0 };
      const merge = link.merge({ ...upload, generator: someGenerator(settings) }).finally(() => {
        isMerged = true;
      });
      for (let beat = 0; beat < BEATS; beat++) await answered(link);
      expect(isMerged).toBe(false);
      const { version, generator } = await merge;
      expect(version).toBe(1);
      const [all, north, south] = await Promise.all([0, 1, 2].map(download));
      expect(south?.status).toBe(404);
      const name = 'block1.dense.weight';
      expect(await weightIn(all, name)).toEqual(generator.get(`generator.${name}`)?.data);
      expect(await weightIn(north, name)).toEqual(someGenerator(settings).get(`generator.${name}`)?.data);
    } finally {
      link.close();
      await cloud.close();
      await rm(folder, { recursive: true, maxRetries: 10 });
    }
  },
  LIMIT_MS,
);
