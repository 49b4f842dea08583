import { describe, expect, it } from 'vitest';
import { runCli } from '../cli/index.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { engineCommand, surveyTable } from './engine.ts';

describe('tessera engine', () => {
  it('ENG-12: the table says how fast each engine is, and why the others do not work', () => {
    const table = surveyTable([
      { name: 'tensorflow', works: false, why: 'its native library is not installed' },
      { name: 'wasm', works: true, adapter: 'WebAssembly with SIMD', startMs: 120.4, stepMs: 41.26 },
    ]);
    expect(table).toMatch(/tensorflow +no .* its native library is not installed/);
    expect(table).toMatch(/wasm +yes +41\.3 +120 +WebAssembly with SIMD/);
    expect(table).toContain('This machine trains on wasm.');
    expect(table).toContain('engine install');
  });

  it.each([
    [['engine', 'instal'], 'engine knows only the word install, not "instal"'],
    [['engine', '--force'], '--force goes with install'],
  ])('ENG-12: %j gets one clear line', async (line, message) => {
    const { io, err } = recordingIo();
    expect(await runCli([engineCommand], line, io)).toBe(2);
    expect(err).toEqual([message]);
  });
});
