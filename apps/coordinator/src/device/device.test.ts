import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceMemory, DeviceState, DeviceStatus } from '@tessera/core/device';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../cli/index.ts';
import { deviceCommand } from '../commands/device.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { FolderStorage, statusLines, takeStateFolder } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-device-'));
});
afterEach(() => rm(folder, { recursive: true }));

const tensors = (name: string, ...values: number[]) =>
  new Map([[name, { shape: [values.length], data: Float32Array.from(values) }]]);

describe("a headless device's memory", () => {
  const whole: DeviceMemory = {
    token: 't'.repeat(43),
    committedRound: 7,
    layers: tensors('generator.block1.dense.bias', 1, 2),
    moments: {
      steps: new Map([['generator.block1', 350]]),
      moments: tensors('generator.block1.dense.bias/m', 0.5, 1e-20),
    },
  };
  const { token, layers } = whole;

  it.each([
    ['everything', whole],
    ['a token alone', { token, committedRound: -1 }],
    ['layers without moments', { token, committedRound: 0, ...(layers && { layers }) }],
  ])('STORE-20: %s comes back as it was saved', async (_, memory: DeviceMemory) => {
    const storage = new FolderStorage(folder);
    expect(await storage.load('digits')).toBeUndefined();
    await storage.save('digits', memory);
    expect(await new FolderStorage(folder).load('digits')).toEqual(memory);
    expect(await storage.load('another')).toBeUndefined();
    await storage.forget('digits');
    expect(await storage.load('digits')).toBeUndefined();
  });

  it('STORE-21: the file is for its owner only, and stays inside its folder', async () => {
    const storage = new FolderStorage(join(folder, 'state'));
    await storage.save('../escape', whole);
    expect(await readdir(folder)).toEqual(['state']);
    const [name = ''] = await readdir(join(folder, 'state'));
    expect((await stat(join(folder, 'state', name))).mode & 0o777).toBe(0o600);
  });

  it('STORE-22: a damaged memory is worth no more than none', async () => {
    const storage = new FolderStorage(folder);
    await storage.save('digits', whole);
    await writeFile(join(folder, 'digits.safetensors'), 'damaged');
    expect(await storage.load('digits')).toBeUndefined();
  });

  it('STORE-23: two devices of one name never share a folder', async () => {
    const first = await takeStateFolder('Pen 1', { cwd: folder });
    const second = await takeStateFolder('Pen 1', { cwd: folder });
    expect([first.path, second.path]).toEqual(
      ['pen-1', 'pen-1-2'].map((name) => join(folder, '.tessera', 'devices', name)),
    );
    await first.release();
    expect((await takeStateFolder('Pen 1', { cwd: folder })).path).toBe(first.path);
    await expect(takeStateFolder('x', { cwd: folder, told: second.path })).rejects.toThrow(
      'uses the data directory',
    );
  });
});

describe('the device command', () => {
  const run = async (...line: string[]) => {
    const { io, err } = recordingIo(folder);
    return { exitCode: await runCli([deviceCommand], ['device', ...line], io), err: err.join('\n') };
  };

  it.each([
    [['localhost:7777', '--drawn', 'pen'], 'URL must be an http or https address, not "localhost:7777"'],
    [['http://localhost:1'], 'Give one of --data DIR, --drawn DOMAIN and --points N'],
    [['http://localhost:1', '--drawn', 'pen', '--data', 'x'], 'Give one of --data DIR, --drawn DOMAIN'],
    [['http://localhost:1', '--drawn', 'crayon'], '--drawn must be one of pen, marker, segments'],
    [
      ['http://localhost:1', '--drawn', 'pen', '--limit', '3'],
      '--limit must be a whole number of at least 16',
    ],
  ])('CLI-20: device %j is refused in words', async (line, message) => {
    const { exitCode, err } = await run(...line);
    expect(exitCode).toBe(2);
    expect(err).toContain(message);
  });

  it.each([
    [['--points', '1', '--drawn', 'pen'], 'Give one of --data DIR, --drawn DOMAIN and --points N'],
    [['--points', '1', '--data', 'x'], 'Give one of --data DIR, --drawn DOMAIN and --points N'],
    [['--points', '0'], '--points must be a whole number from 1 to 9'],
    [['--points', '10'], '--points must be a whole number from 1 to 9'],
    [['--points', '5', '--only', '1'], '--only does not go with --points'],
  ])('TIERDATA-37: device %j is refused in words', async (flags, message) => {
    const { exitCode, err } = await run('http://localhost:1', ...flags);
    expect([exitCode, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it('TIERDATA-37: help names the points, with an example', async () => {
    const { io, out } = recordingIo(folder);
    expect(await runCli([deviceCommand], ['device', '--help'], io)).toBe(0);
    expect(out.join('\n')).toMatch(/--points N[^]*nine means[^]*localhost:7777 --points 5/);
  });

  it('CLI-21: a coordinator that is not there is named', async () => {
    const { exitCode, err } = await run('http://127.0.0.1:1', '--drawn', 'pen');
    expect(exitCode).toBe(1);
    expect(err).toContain('The coordinator at 127.0.0.1:1 cannot be reached');
  });
});

describe('status lines', () => {
  it('CLI-22: each change of state is told once, a refusal with what to do', () => {
    const lines: string[] = [];
    const tell = statusLines((line) => lines.push(line));
    const states: DeviceState[] = [
      { state: 'connecting' },
      { state: 'checking-speed', progress: 0.1 },
      { state: 'checking-speed', progress: 0.5 },
      { state: 'standing', standing: { standing: 'waiting-for-devices', here: 1, needed: 2 } },
      { state: 'standing', standing: { standing: 'training', round: 3, step: 0, stepsPerRound: 50 } },
      { state: 'standing', standing: { standing: 'training', round: 3, step: 9, stepsPerRound: 50 } },
      { state: 'refused', code: 'wrong-join-code', message: 'The join code is wrong.' },
    ];
    // Only the state is read here.
    for (const current of states) tell({ current } as DeviceStatus);
    expect(lines).toEqual([
      'connecting',
      'checking speed',
      'waiting for devices: 1 of at least 2 are here',
      'training round 3',
      'refused: The join code is wrong. Type the join code again, exactly as the host gave it.',
    ]);
  });
});
