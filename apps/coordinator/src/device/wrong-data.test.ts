import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tessera/core/clock';
import { engine } from '@tensorflow/tfjs-core';
import type { RunSettings } from '@tessera/core/protocol';
import { smallRun } from '@tessera/core/testing';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { runCli } from '../cli/index.ts';
import { deviceCommand } from '../commands/device.ts';
import { serverSettingsSchema } from '../config/index.ts';
import { startCoordinator } from '../serve/index.ts';
import { recordingIo } from '../testing/recording-io.ts';

it('TIERDATA-32: tessera device is told at the door of a run of points, before an engine starts', async () => {
  await withRun({ data: 'points', condition: 'none' }, async (url, folder) => {
    const { io, err } = recordingIo(folder);
    expect(await runCli([deviceCommand], ['device', url, '--drawn', 'pen'], io)).toBe(1);
    expect(Object.keys(engine().registry)).toEqual([]);
    expect(err.join('\n')).toContain(
      'neither pictures nor drawn digits are points: draw points around one of nine means, with a button on its page or with tessera device --points N.',
    );
  });
}, 120_000);

it.each([
  [{}, 'This run trains on images, and points of the plane are none: connect images'],
  [{ data: 'points' }, 'this run tells 10 apart: its host must give it 9 classes, or condition none.'],
] as const)(
  'TIERDATA-36: tessera device --points is told at the door of a run of %j, before an engine starts',
  async (changes, sentence) => {
    await withRun(changes, async (url, folder) => {
      const { io, err } = recordingIo(folder);
      expect(await runCli([deviceCommand], ['device', url, '--points', '5'], io)).toBe(1);
      expect(Object.keys(engine().registry)).toEqual([]);
      expect(err.join('\n')).toContain(sentence);
    });
  },
  120_000,
);

it('TIERDATA-37: tessera device --points brings points, and says how many', async () => {
  await withRun({ data: 'points', condition: 'none' }, async (url, folder) => {
    const { io, err, interrupt } = recordingIo(folder);
    const told = (line: string) => {
      err.push(line);
      if (line.includes(' points')) interrupt();
    };
    const line = ['device', url, '--points', '5', '--limit', '64', '--engine', 'wasm', '--name', 'Bob'];
    expect(await runCli([deviceCommand], line, { ...io, err: told })).toBe(0);
    expect(err[0]).toContain('Bob: 64 points, wasm');
  });
}, 120_000);

it('TIERDATA-33: tessera device brings loose pictures where no labels are needed, and is told where they are', async () => {
  for (const condition of ['none', 'classes'] as const)
    await withRun({ condition }, async (url, folder) => {
      const pictures = join(folder, 'pictures');
      await mkdir(pictures);
      for (let i = 0; i < 18; i++) {
        const picture = sharp({
          create: { width: 40, height: 30, channels: 3, background: { r: i, g: i, b: i } },
        });
        await picture.png().toFile(join(pictures, `${i}.png`));
      }
      const { io, err, interrupt } = recordingIo(folder);
      const told = (line: string) => {
        err.push(line);
        if (line.includes('18 images')) interrupt();
      };
      const line = ['device', url, '--data', pictures, '--engine', 'wasm', '--name', 'Bob'];
      const exitCode = await runCli([deviceCommand], line, { ...io, err: told });
      if (condition === 'none') expect([exitCode, err[0]]).toEqual([0, expect.stringContaining('18 images')]);
      else
        expect([exitCode, err.join()]).toEqual([
          1,
          expect.stringContaining('say which class each stands for'),
        ]);
    });
}, 120_000);

/** A coordinator of a small run while the test works; the folder is the test's. */
async function withRun(
  changes: Partial<RunSettings>,
  work: (url: string, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-wrong-data-'));
  const coordinator = await startCoordinator({
    config: {
      run: smallRun({ strategy: 'fr-sync', communities: ['North'], ...changes }),
      server: serverSettingsSchema.parse({ port: 0, httpsPort: 0, hostOnlyLocal: true, engine: 'wasm' }),
    },
    dataDir: join(folder, 'run'),
    webClient: join(folder, 'absent'),
    log: () => undefined,
    clock: systemClock,
    fresh: false,
  });
  try {
    await work(`http://127.0.0.1:${coordinator.httpPort}`, folder);
  } finally {
    await coordinator.close();
    await rm(folder, { recursive: true, maxRetries: 10 });
  }
}
