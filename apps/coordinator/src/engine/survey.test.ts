import { describe, expect, it } from 'vitest';
import type { ChildResult } from './child.ts';
import { runChild } from './child.ts';
import type { EngineProbe } from './probe.ts';
import { readProbe, surveyEngines } from './survey.ts';

const good: EngineProbe = { name: 'wasm', works: true, adapter: 'SIMD', startMs: 10, stepMs: 40 };
const ended: ChildResult = { code: 0, stdout: '', stderr: '', timedOut: false };

describe('the survey of engines', () => {
  it('ENG-9: every engine is probed, and one that crashes harms no other', async () => {
    const probes = await surveyEngines({}, (name) =>
      name === 'tensorflow'
        ? runChild(process.execPath, ['-e', 'process.abort()'], { limitMs: 20_000 })
        : Promise.resolve({ ...ended, stdout: JSON.stringify({ ...good, name }) }),
    );
    expect(probes.map(({ name, works }) => [name, works])).toEqual([
      ['tensorflow', false],
      ['webgpu', true],
      ['wasm', true],
    ]);
  });

  it('ENG-9: a driver that prints before the result does not hide it', () => {
    const stdout = `Warning: old driver\n${JSON.stringify(good)}\n`;
    expect(readProbe('wasm', { ...ended, stdout })).toEqual(good);
  });

  it.each([
    ['hangs', { ...ended, code: null, timedOut: true }, /no answer within/],
    ['says nothing', { ...ended, code: 1 }, /status 1: no words/],
    ['prints something else', { ...ended, stdout: '{"name":"wasm","works":true}' }, /status 0/],
    [
      'ends with an error',
      { ...ended, code: 1, stderr: 'trace\nError: no such file' },
      /Error: no such file/,
    ],
  ])('ENG-9: a probe that %s is an engine that does not work', (_, result, why) => {
    const probe = readProbe('wasm', result);
    expect(probe).toMatchObject({ name: 'wasm', works: false });
    expect(probe.works ? '' : probe.why).toMatch(why);
  });
});
