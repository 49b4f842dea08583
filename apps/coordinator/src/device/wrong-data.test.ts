import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tessera/core/clock';
import { engine } from '@tensorflow/tfjs-core';
import { smallRun } from '@tessera/core/testing';
import { expect, it } from 'vitest';
import { runCli } from '../cli/index.ts';
import { deviceCommand } from '../commands/device.ts';
import { serverSettingsSchema } from '../config/index.ts';
import { startCoordinator } from '../serve/index.ts';
import { recordingIo } from '../testing/recording-io.ts';

it('TIERDATA-32: tessera device is told at the door of a run of points, before an engine starts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-wrong-data-'));
  const coordinator = await startCoordinator({
    config: {
      run: smallRun({ strategy: 'fr-sync', communities: ['North'], data: 'points', condition: 'none' }),
      server: serverSettingsSchema.parse({ port: 0, httpsPort: 0, hostOnlyLocal: true, engine: 'wasm' }),
    },
    dataDir: join(folder, 'run'),
    webClient: join(folder, 'absent'),
    log: () => undefined,
    clock: systemClock,
    fresh: false,
  });
  try {
    const { io, err } = recordingIo(folder);
    const url = `http://127.0.0.1:${coordinator.httpPort}`;
    expect(await runCli([deviceCommand], ['device', url, '--drawn', 'pen'], io)).toBe(1);
    expect(Object.keys(engine().registry)).toEqual([]);
    expect(err.join('\n')).toContain(
      'neither pictures nor drawn digits are points: join a run that trains on images',
    );
  } finally {
    await coordinator.close();
    await rm(folder, { recursive: true, maxRetries: 10 });
  }
}, 120_000);
