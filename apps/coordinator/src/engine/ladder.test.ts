import { describe, expect, it } from 'vitest';
import { systemClock, VirtualClock } from '@tessera/core/clock';
import { EngineRefusal, type EngineName } from './engine.ts';
import { climb, START_LIMIT_MS, type LadderParts, type StartEngine } from './ladder.ts';

const works =
  (adapter: string): StartEngine =>
  () =>
    Promise.resolve(adapter);
const refuses =
  (why: string): StartEngine =>
  () =>
    Promise.reject(new EngineRefusal(why));
const hangs: StartEngine = () => new Promise(() => undefined);

function parts(engines: Partial<Record<EngineName, StartEngine>>, more: Partial<LadderParts> = {}) {
  const removed: EngineName[] = [];
  const all: LadderParts = {
    engines: {
      tensorflow: refuses('no tf'),
      webgpu: refuses('no gpu'),
      wasm: refuses('no wasm'),
      ...engines,
    },
    verify: () => Promise.resolve(),
    remove: (name) => {
      removed.push(name);
      return Promise.resolve();
    },
    clock: systemClock,
    ...more,
  };
  return { all, removed };
}

const auto = { engine: 'auto', env: {} } as const;

describe('the ladder', () => {
  it('ENG-1: the first engine that works is taken, TensorFlow before WebGPU before wasm', async () => {
    const { all } = parts({ tensorflow: works('tf'), webgpu: works('gpu'), wasm: works('simd') });
    expect(await climb(auto, all)).toMatchObject({ name: 'tensorflow', adapter: 'tf', refused: [] });
    const { all: noTensorFlow } = parts({ webgpu: works('gpu'), wasm: works('simd') });
    expect(await climb(auto, noTensorFlow)).toMatchObject({ name: 'webgpu', adapter: 'gpu' });
  });

  it('ENG-2: every engine that was passed over is listed with its reason', async () => {
    const { all } = parts({ wasm: works('simd') });
    const started = await climb(auto, all);
    expect(started.refused).toEqual([
      { name: 'tensorflow', why: 'no tf' },
      { name: 'webgpu', why: 'no gpu' },
    ]);
    expect(started.reason).toContain('no tf');
    expect(started.reason).toContain('no gpu');
  });

  it('ENG-2: when nothing works the error names every reason', async () => {
    const { all } = parts({});
    await expect(climb(auto, all)).rejects.toThrow(/no tf.*no gpu.*no wasm/);
  });

  it('ENG-3: an engine whose start hangs is passed over once its time is up', async () => {
    const clock = new VirtualClock();
    const { all } = parts({ tensorflow: hangs, wasm: works('simd') }, { clock });
    const climbing = climb(auto, all);
    clock.advance(START_LIMIT_MS);
    expect((await climbing).refused[0]?.why).toContain('did not finish');
  });

  it('ENG-4: an engine that computes wrongly is removed and passed over', async () => {
    let tests = 0;
    const { all, removed } = parts(
      { tensorflow: works('tf'), webgpu: works('gpu'), wasm: works('simd') },
      {
        verify: () => (tests++ < 2 ? Promise.reject(new EngineRefusal('wrong numbers')) : Promise.resolve()),
      },
    );
    const started = await climb(auto, all);
    expect(started.name).toBe('wasm');
    expect(removed).toEqual(['tensorflow', 'webgpu']);
    expect(started.refused.map(({ why }) => why)).toEqual(['wrong numbers', 'wrong numbers']);
  });

  it('ENG-5: an engine asked for by name is never replaced by another', async () => {
    const { all } = parts({ tensorflow: works('tf'), wasm: works('simd') });
    expect(await climb({ engine: 'wasm', env: {} }, all)).toMatchObject({ name: 'wasm', refused: [] });
    await expect(climb({ engine: 'webgpu', env: {} }, all)).rejects.toThrow('no gpu');
  });
});
