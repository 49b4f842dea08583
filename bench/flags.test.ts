import { ENGINE_NAMES } from '@tessera/coordinator/engine';
import { describe, expect, it } from 'vitest';
import { readFlags, USAGE } from './flags.ts';
import { BENCHMARKS } from './jobs.ts';

describe('flags of npm run bench', () => {
  it('BENCH-4: without flags everything runs, in order', () => {
    const flags = readFlags([]);
    expect(flags.only).toEqual(BENCHMARKS.map(({ name }) => name));
    expect(flags.engines).toEqual(ENGINE_NAMES);
    expect(flags).toMatchObject({ quick: false, json: false, help: false, python: undefined });
  });

  it('BENCH-4: benchmarks and engines are chosen by name, and keep their order', () => {
    const flags = readFlags(['--only', 'adam,step', '--engine=wasm', '--threads', '3', '--quick']);
    expect(flags).toMatchObject({ only: ['step', 'adam'], engines: ['wasm'], threads: 3, quick: true });
  });

  it.each([
    [['--only', 'stp'], '--only: there is no "stp"; did you mean step?'],
    [['--engine', 'cuda'], '--engine: there is no "cuda"; there are tensorflow, webgpu, wasm'],
    [['--threads', '0'], '--threads must be a whole number from 1 to 9999, not "0"'],
    [['--width', '2'], '--width must be 1 or 0.25, not "2"'],
    [['--fast'], "Unknown option '--fast'"],
    [['step'], "Unexpected argument 'step'"],
    [['--python'], "Option '--python <value>' argument missing"],
  ])('BENCH-3: %j is refused in words', (words, message) => {
    expect(() => readFlags(words)).toThrow(message);
  });

  it('BENCH-3: the help names every benchmark and gives examples', () => {
    for (const { name, summary } of BENCHMARKS) expect(USAGE).toMatch(`${name.padEnd(10)} ${summary}`);
    expect(USAGE).toContain('Examples');
  });
});
