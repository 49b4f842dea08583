import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../cli/index.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { serveCommand } from './serve.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-tiers-'));
});
afterEach(() => rm(folder, { recursive: true }));

const tiers = (...pairs: string[]) => pairs.flatMap((pair) => ['--set', pair]);

describe('serve and its tiers', () => {
  it.each([
    [['--tier', 'edge'], 2, '--tier edge needs --cloud URL and --community NAME.'],
    [['--tier', 'edge', '--cloud', 'here', '--community', 'x'], 2, 'http or https address, not "here"'],
    [['--community', 'North'], 2, 'does not go with --community'],
    [['--tier', 'cloud', '--cloud', 'http://localhost:1'], 2, '--tier cloud does not go with --cloud'],
    [['--tiers', '3', '--demo'], 2, '--tiers does not go with --demo'],
    [['--tiers', '0'], 2, '--tiers must be a whole number from 1 to 9'],
    [['--points'], 2, '--points is of use with --tiers only'],
    [['--tier', 'cloud', '--points'], 2, '--points is of use with --tiers only'],
    [['--devices', '2'], 2, '--devices is of use with --tiers only'],
    [['--tier', 'cloud'], 1, 'HuSCF-GAN has no cloud: choose fr-sync'],
    [['--tier', 'cloud', ...tiers('strategy=fr-sync')], 1, 'A cloud needs its communities'],
    [
      ['--tier', 'edge', '--cloud', 'http://localhost:9', '--community', 'x'],
      1,
      'cannot be reached (connect ECONNREFUSED',
    ],
  ])('TIERNET-40: serve %j is refused in words', async (flags, exitCode, message) => {
    const { io, err } = recordingIo(folder);
    expect(await runCli([serveCommand], ['serve', '--no-open', ...flags], io)).toBe(exitCode);
    expect(err.join('\n')).toContain(message);
  });

  it('TIERNET-41: help names the tiers, with examples', async () => {
    const { io, out } = recordingIo(folder);
    expect(await runCli([serveCommand], ['serve', '--help'], io)).toBe(0);
    const text = out.join('\n').replaceAll(/\s+/g, ' ');
    for (const words of [
      '--tier cloud --config',
      '--tier edge --cloud',
      '--tiers 3',
      '--tiers 9 --points',
      'default 2; with --points 1',
      'one edge for each community',
    ])
      expect(text).toContain(words);
  });
});
