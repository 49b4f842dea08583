import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../cli/index.ts';
import { serveCommand } from '../commands/serve.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { browserOpener } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-serve-'));
});
afterEach(() => rm(folder, { recursive: true, maxRetries: 10 }));

describe('the serve command', () => {
  it(
    'CLI-30: prints where to open the page and how to join, and ends cleanly at Ctrl-C',
    { timeout: 120_000 },
    async () => {
      const { io, out, err, interrupt } = recordingIo(folder);
      const printed = new Promise<void>((resolve) => {
        const write = io.out.bind(io);
        Object.assign(io, {
          out: (text: string) => {
            write(text);
            resolve();
          },
        });
      });
      const flags = [
        '--port',
        '0',
        '--https-port',
        '0',
        '--no-open',
        '--engine',
        'wasm',
        '--join-code',
        'door',
      ];
      const ended = runCli([serveCommand], ['serve', ...flags, '--set', 'width=0.0625'], io);
      await printed;
      interrupt();
      expect(await ended).toBe(0);
      const text = out.join('\n');
      expect(text).toMatch(/On this machine {3}http:\/\/localhost:\d+\//);
      expect(text).toMatch(/Host's own link {3}http:\/\/localhost:\d+\/run#key=[\w-]{43}/);
      expect(text).toContain('Join code         door');
      expect(text).toContain('MB a device and step');
      expect(err.at(-1)).toBe(
        `Stopped. Everything up to the beginning is kept in ${join(folder, '.tessera', 'digits')}.`,
      );
    },
  );

  it.each([
    [['--set', 'batch=1', '--set', 'width=3', '--cert', 'c.pem'], 2, 'The configuration has 3 faults:'],
    [['--config', 'absent.json'], 2, 'absent.json cannot be read'],
    [['--port', '70000'], 2, '--port must be a whole number from 0 to 65535, not "70000"'],
    [['--data-dir', 'file/run'], 1, 'cannot be written'],
    [['--data-dir', 'file/run'], 1, '--data-dir'],
  ])('CLI-31: serve %j is refused in words', async (flags, exitCode, message) => {
    await writeFile(join(folder, 'file'), '');
    const { io, err } = recordingIo(folder);
    expect(await runCli([serveCommand], ['serve', ...flags], io)).toBe(exitCode);
    expect(err.join('\n')).toContain(message);
  });
});

describe('browser', () => {
  it('CLI-32: it is opened only where there is a desktop', () => {
    expect(browserOpener({ DISPLAY: ':0' }, 'linux')?.[0]).toBe('xdg-open');
    expect(browserOpener({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')?.[0]).toBe('xdg-open');
    expect(browserOpener({}, 'darwin')?.[0]).toBe('open');
    expect(browserOpener({}, 'linux')).toBeUndefined();
    expect(browserOpener({ CI: 'true' }, 'darwin')).toBeUndefined();
    expect(browserOpener({ DISPLAY: ':10', SSH_CONNECTION: 'x' }, 'linux')).toBeUndefined();
  });
});
