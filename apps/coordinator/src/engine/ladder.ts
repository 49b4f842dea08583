// Chooses the compute engine of this process or worker: the first that starts, in time, and computes correctly.
import { systemClock, type Clock } from '@tessera/core/clock';
import { startDawn } from './dawn-engine.ts';
import {
  ENGINE_NAMES,
  EngineRefusal,
  type EngineName,
  type EngineWish,
  type RefusedEngine,
  type StartedEngine,
} from './engine.ts';
import { startTensorFlow } from './tensorflow-engine.ts';
import { withTimeLimit } from './time-limit.ts';
import { startWasm } from './wasm-engine.ts';

/** One engine of the ladder: makes itself the backend and resolves to what it computes on. */
export type StartEngine = (wish: EngineWish) => Promise<string>;

/** The parts that the ladder is made of; tests bring their own. */
export interface LadderParts {
  readonly engines: Readonly<Record<EngineName, StartEngine>>;
  /** Throws when the backend that was just started computes wrongly. */
  readonly verify: () => Promise<void>;
  /** Takes back a backend that was started and then refused. */
  readonly remove: (name: EngineName) => Promise<void>;
  readonly clock: Clock;
}

/** For one start together with its self-test: a software GPU on a busy machine takes 40 s to compile the shaders. */
export const START_LIMIT_MS = 120_000;

const titles: Readonly<Record<EngineName, string>> = {
  tensorflow: 'TensorFlow (tfjs-node)',
  webgpu: 'WebGPU (Dawn)',
  wasm: 'WebAssembly',
};

/** Climbs down the ladder. Throws an EngineRefusal when nothing, or not the one asked for, works. */
export async function climb(wish: EngineWish, parts: LadderParts): Promise<StartedEngine> {
  const refused: RefusedEngine[] = [];
  const candidates = wish.engine === 'auto' ? ENGINE_NAMES : [wish.engine];
  for (const name of candidates) {
    try {
      const adapter = await withTimeLimit(tryEngine(name, wish, parts), {
        clock: parts.clock,
        limitMs: START_LIMIT_MS,
        what: 'its start',
      });
      return { name, adapter, reason: reasonFor(name, wish, refused), refused };
    } catch (error) {
      refused.push({ name, why: error instanceof Error ? error.message : String(error) });
      await parts.remove(name);
    }
  }
  const list = refused.map(({ name, why }) => `${titles[name]}: ${why}`).join('; ');
  throw new EngineRefusal(`no such compute engine works here. ${list}`, refused);
}

async function tryEngine(name: EngineName, wish: EngineWish, parts: LadderParts): Promise<string> {
  const adapter = await parts.engines[name](wish);
  await parts.verify();
  return adapter;
}

function reasonFor(name: EngineName, wish: EngineWish, refused: readonly RefusedEngine[]): string {
  if (wish.engine !== 'auto') return `${titles[name]} was asked for`;
  if (refused.length === 0) return `${titles[name]} is the fastest engine in Node, and it works here`;
  return `${titles[name]} is the best that works here. ${refused.map((other) => `${titles[other.name]}: ${other.why}`).join('. ')}`;
}

const engines = {
  tensorflow: startTensorFlow,
  webgpu: startDawn,
  wasm: startWasm,
} as const;

let started: Promise<StartedEngine> | undefined;

/**
 * Starts the engine of this process or worker, once: later calls get the same one, because two backends in one
 * process would mix their tensors. Throws an EngineRefusal when none works, or when another one runs already.
 */
export async function startEngine(wish: EngineWish): Promise<StartedEngine> {
  started ??= climb(wish, { engines, verify, remove: removeBackend, clock: systemClock });
  const running = await started;
  if (wish.engine !== 'auto' && wish.engine !== running.name)
    throw new EngineRefusal(
      `${titles[running.name]} runs in this process already; start another process for ${titles[wish.engine]}`,
    );
  return running;
}

async function verify(): Promise<void> {
  const { selfTest } = await import('@tessera/core/nn');
  const { ok, detail } = await selfTest();
  if (!ok) throw new EngineRefusal(`it computes wrongly: ${detail}`);
}

async function removeBackend(name: EngineName): Promise<void> {
  const tf = await import('@tensorflow/tfjs-core');
  // The types hide that the factory of a backend that never registered is null.
  if ((tf.findBackendFactory(name) as unknown) !== null) tf.removeBackend(name);
}
