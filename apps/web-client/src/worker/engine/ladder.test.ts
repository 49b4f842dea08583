import { VirtualClock } from '@tessera/core/clock';
import { expect, test } from 'vitest';
import {
  chooseEngine,
  type EngineCandidate,
  type LadderPorts,
  NoEngineError,
  SELF_TEST_LIMIT_MS,
  START_LIMIT_MS,
} from './ladder.ts';

const works: EngineCandidate = { backend: 'wasm', start: () => Promise.resolve({ adapter: 'processor' }) };
const absent: EngineCandidate = {
  backend: 'webgl',
  start: () => Promise.reject(new Error('it did not start')),
};
const hangs: EngineCandidate = { backend: 'webgpu', start: () => new Promise(() => undefined) };
const passed = { ok: true, largestDifference: 1e-6, detail: 'a training step gave the expected numbers' };

function ladder(candidates: readonly EngineCandidate[], more: Partial<LadderPorts> = {}) {
  const clock = new VirtualClock();
  const tried: string[] = [];
  const choosing = chooseEngine({
    candidates,
    clock,
    selfTest: () => Promise.resolve(passed),
    onTry: (backend, step) => tried.push(`${step} ${backend}`),
    ...more,
  });
  return { clock, tried, choosing };
}

test('WORKER-1: the first engine that starts and passes its self-test is taken', async () => {
  const { choosing, tried } = ladder([works, absent]);
  expect(await choosing).toMatchObject({ backend: 'wasm', adapter: 'processor', refused: [] });
  expect(tried).toEqual(['start wasm', 'test wasm']);
});

test('WORKER-2: an engine that does not start is refused with its reason, and the next is tried', async () => {
  const chosen = await ladder([absent, works]).choosing;
  expect(chosen.backend).toBe('wasm');
  expect(chosen.refused).toEqual([{ name: 'webgl', why: 'it did not start' }]);
  expect(chosen.reason).toMatch(/best engine that works here/);
});

test('WORKER-3: an engine that computes wrong numbers is refused', async () => {
  const results = [{ ok: false, largestDifference: 1, detail: 'wrong numbers' }, passed];
  const selfTest = () => Promise.resolve(results.shift() ?? passed);
  const chosen = await ladder([{ ...works, backend: 'webgpu' }, works], { selfTest }).choosing;
  expect(chosen).toMatchObject({ backend: 'wasm', refused: [{ name: 'webgpu', why: 'wrong numbers' }] });
});

test('WORKER-4: an engine that reports a fault beside right numbers is refused', async () => {
  const faulty: EngineCandidate = { ...works, backend: 'webgpu', fault: () => 'a shader is invalid' };
  const chosen = await ladder([faulty, works]).choosing;
  expect(chosen.refused).toEqual([{ name: 'webgpu', why: 'a shader is invalid' }]);
});

test('WORKER-5: a start that hangs is given up after its time limit', async () => {
  const { clock, choosing } = ladder([hangs, works]);
  clock.advance(START_LIMIT_MS);
  const chosen = await choosing;
  expect(chosen.refused).toEqual([{ name: 'webgpu', why: 'no answer within 20 s' }]);
});

test('WORKER-5: a self-test that hangs is given up after its time limit', async () => {
  const results = [new Promise<never>(() => undefined), Promise.resolve(passed)];
  const selfTest = () => results.shift() ?? Promise.resolve(passed);
  const { clock, tried, choosing } = ladder([{ ...works, backend: 'webgl' }, works], { selfTest });
  while (!tried.includes('test webgl')) await Promise.resolve();
  clock.advance(SELF_TEST_LIMIT_MS);
  expect((await choosing).refused).toEqual([{ name: 'webgl', why: 'no answer within 60 s' }]);
});

test('WORKER-6: without any engine every refusal is told', async () => {
  const error: unknown = await ladder([absent]).choosing.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NoEngineError);
  expect(String(error)).toContain('webgl: it did not start');
});

test('WORKER-1: an engine that was asked for by name says so', async () => {
  expect((await ladder([works], { forced: true }).choosing).reason).toMatch(/was asked for/);
});
