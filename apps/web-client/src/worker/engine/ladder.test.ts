import { VirtualClock } from '@tessera/core/clock';
import { expect, test } from 'vitest';
import {
  type BackendName,
  chooseEngine,
  CHOOSING_LIMIT_MS,
  type EngineCandidate,
  FAST_STEP_SECONDS,
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
    timeStep: () => Promise.resolve(FAST_STEP_SECONDS / 2),
    onTry: (backend, step) => tried.push(`${step} ${backend}`),
    ...more,
  });
  return { clock, tried, choosing };
}

test('WORKER-1: an engine that starts, passes its self-test and is fast enough is taken', async () => {
  const { choosing, tried } = ladder([works, absent]);
  expect(await choosing).toMatchObject({ backend: 'wasm', adapter: 'processor', refused: [] });
  expect(tried).toEqual(['start wasm', 'test wasm', 'time wasm']);
});

test('WORKER-2: an engine that does not start is refused with its reason, and the next is tried', async () => {
  const chosen = await ladder([absent, works]).choosing;
  expect(chosen.backend).toBe('wasm');
  expect(chosen.refused).toEqual([{ name: 'webgl', why: 'it did not start' }]);
  expect(chosen.reason).toMatch(/first engine that works is fast enough/);
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

/** Engines that start at once; `seconds` says what each takes for a step. */
function timedLadder(seconds: Partial<Record<BackendName, number>>, more: Partial<LadderPorts> = {}) {
  let active: BackendName | undefined;
  const starts: BackendName[] = [];
  const candidates = (Object.keys(seconds) as BackendName[]).map((backend) => ({
    backend,
    start: () => {
      active = backend;
      starts.push(backend);
      return Promise.resolve({ adapter: `${backend} adapter` });
    },
  }));
  const timeStep = () => Promise.resolve((active && seconds[active]) ?? NaN);
  return { ...ladder(candidates, { timeStep, ...more }), starts, active: () => active };
}

test('WORKER-7: the fastest of those that work is taken and runs again', async () => {
  const { choosing, starts, active } = timedLadder({ webgpu: 0.9, webgl: 0.2, wasm: 0.4 });
  const chosen = await choosing;
  expect(chosen).toMatchObject({ backend: 'webgl', adapter: 'webgl adapter', seconds: 0.2, refused: [] });
  expect(chosen.reason).toContain('webgpu 0.900 s, webgl 0.200 s, wasm 0.400 s');
  expect(starts).toEqual(['webgpu', 'webgl', 'wasm', 'webgl']);
  expect(active()).toBe('webgl');
});

test('WORKER-7: nothing is tried after an engine that is fast enough', async () => {
  const { choosing, starts } = timedLadder({ webgpu: FAST_STEP_SECONDS, wasm: 0.01 });
  expect((await choosing).backend).toBe('webgpu');
  expect(starts).toEqual(['webgpu']);
});

test('WORKER-7: nothing is tried after the time for choosing is over', async () => {
  const clock = new VirtualClock();
  const timeStep = () => {
    clock.advance(CHOOSING_LIMIT_MS + 1);
    return Promise.resolve(5);
  };
  const { choosing, starts } = timedLadder({ webgpu: 5, wasm: 0.2 }, { clock, timeStep });
  expect((await choosing).backend).toBe('webgpu');
  expect(starts).toEqual(['webgpu']);
});

test('WORKER-7: an engine that fails while it is timed is refused; one that does not start again makes room', async () => {
  let starts = 0;
  const once: EngineCandidate = {
    backend: 'webgpu',
    start: () =>
      starts++ === 0 ? Promise.resolve({ adapter: '' }) : Promise.reject(new Error('it is gone')),
  };
  const times = [Promise.resolve(0.2), Promise.reject(new Error('out of memory')), Promise.resolve(0.5)];
  const timeStep = () => times.shift() ?? Promise.resolve(1);
  const chosen = await ladder([once, { ...works, backend: 'webgl' }, works], { timeStep }).choosing;
  expect(chosen.backend).toBe('wasm');
  expect(chosen.refused).toEqual([
    { name: 'webgl', why: 'out of memory' },
    { name: 'webgpu', why: 'it is gone' },
  ]);
});

test('WORKER-8: the engine of an earlier visit is tried first and not timed again', async () => {
  const { choosing, starts, tried } = timedLadder({ webgpu: 0.9, wasm: 0.4 }, { remembered: 'wasm' });
  const chosen = await choosing;
  expect(chosen).toMatchObject({ backend: 'wasm', refused: [] });
  expect(chosen.seconds).toBeUndefined();
  expect(chosen.reason).toMatch(/your last visit/);
  expect(starts).toEqual(['wasm']);
  expect(tried).toEqual(['start wasm', 'test wasm']);
});

test('WORKER-8: a remembered engine that fails its self-test is refused, and the others are timed', async () => {
  const results = [{ ok: false, largestDifference: 1, detail: 'wrong numbers' }];
  const selfTest = () => Promise.resolve(results.shift() ?? passed);
  const { choosing } = timedLadder({ webgpu: 0.9, webgl: 0.4, wasm: 0.2 }, { remembered: 'wasm', selfTest });
  const chosen = await choosing;
  expect(chosen.backend).toBe('webgl');
  expect(chosen.refused).toEqual([{ name: 'wasm', why: 'wrong numbers' }]);
});
