// The engine ladder: of the candidates that start in time and compute the right numbers, the fastest at this run.
import type { Clock } from '@tessera/core/clock';
import type { SelfTestResult } from '@tessera/core/nn';

export type BackendName = 'webgpu' | 'webgl' | 'wasm';

/** One rung: how to start a backend, and its adapter's own words once it runs. */
export interface EngineCandidate {
  readonly backend: BackendName;
  /** Makes the backend the active one; rejects with an Error that says why it cannot be. */
  start(): Promise<{ readonly adapter: string }>;
  /** A fault that the backend reported beside its results; undefined: none so far. */
  fault?(): string | undefined;
}

export interface RefusedEngine {
  readonly name: BackendName;
  readonly why: string;
}

export interface ChosenEngine {
  readonly backend: BackendName;
  readonly adapter: string;
  readonly reason: string;
  readonly refused: readonly RefusedEngine[];
  /** Of the device's part of a step; absent where the engine was taken without timing. */
  readonly seconds?: number;
}

/** No candidate works. */
export class NoEngineError extends Error {
  override readonly name = 'NoEngineError';
  readonly refused: readonly RefusedEngine[];
  constructor(refused: readonly RefusedEngine[]) {
    super(
      `no engine works in this browser (${refused.map(({ name, why }) => `${name}: ${why}`).join('; ')})`,
    );
    this.refused = refused;
  }
}

/** A start that hangs is given up after this time: threaded wasm and broken drivers never answer. */
export const START_LIMIT_MS = 20_000;
/** A self-test compiles every shader once; software adapters take several seconds for it. */
export const SELF_TEST_LIMIT_MS = 60_000;

/** Timing one engine stops by itself after a few seconds; one that hangs is given up. */
export const TIMING_LIMIT_MS = 30_000;
/** An engine that takes no longer for the device's part of a step is taken at once: the link takes longer. */
export const FAST_STEP_SECONDS = 0.1;
/** After this time the fastest so far is taken and no further engine is tried. */
export const CHOOSING_LIMIT_MS = 15_000;

export interface LadderPorts {
  readonly candidates: readonly EngineCandidate[];
  readonly selfTest: () => Promise<SelfTestResult>;
  /** Seconds that the active engine takes for the device's part of a step of this run. */
  readonly timeStep: () => Promise<number>;
  readonly clock: Clock;
  /** The only candidate was asked for by name. */
  readonly forced?: boolean;
  /** The fastest of an earlier visit: tried first, and taken without timing when it still computes rightly. */
  readonly remembered?: BackendName | undefined;
  readonly onTry: (backend: BackendName, step: 'start' | 'test' | 'time') => void;
}

/** An engine that works, and how fast. */
interface Timed {
  readonly candidate: EngineCandidate;
  readonly adapter: string;
  readonly result: SelfTestResult;
  readonly seconds: number;
}

/** Tries the candidates in order, the remembered one first; throws NoEngineError with every refusal. */
export async function chooseEngine(ports: LadderPorts): Promise<ChosenEngine> {
  const { candidates, clock, remembered, forced = false } = ports;
  const refused: RefusedEngine[] = [];
  const refuse = (name: BackendName, error: unknown) => {
    refused.push({ name, why: error instanceof Error ? error.message : String(error) });
  };
  const known = candidates.find(({ backend }) => backend === remembered);
  const ordered = known ? [known, ...candidates.filter((other) => other !== known)] : candidates;
  const timed: Timed[] = [];
  const beganMs = clock.now();
  for (const candidate of ordered) {
    const { backend } = candidate;
    try {
      const { adapter, result } = await start(candidate, ports);
      if (forced || candidate === known || ordered.length === 1) {
        const why = forced ? 'The engine that was asked for' : reasonAlone(candidate === known, refused);
        return { backend, adapter, reason: `${why}: ${result.detail}.`, refused };
      }
      ports.onTry(backend, 'time');
      const seconds = await within(TIMING_LIMIT_MS, clock, ports.timeStep());
      requireNoFault(candidate);
      timed.push({ candidate, adapter, result, seconds });
      if (seconds <= FAST_STEP_SECONDS || clock.now() - beganMs > CHOOSING_LIMIT_MS) break;
    } catch (error) {
      refuse(backend, error);
    }
  }
  for (const { candidate, adapter, result, seconds } of timed.toSorted((a, b) => a.seconds - b.seconds)) {
    const { backend } = candidate;
    try {
      // The engine that was timed last still runs; any other takes its place again.
      if (candidate !== timed.at(-1)?.candidate) await within(START_LIMIT_MS, clock, candidate.start());
      return { backend, adapter, reason: reasonFor(backend, timed, result), refused, seconds };
    } catch (error) {
      refuse(backend, error);
    }
  }
  throw new NoEngineError(refused);
}

/** Starts a candidate and tests its numbers; throws an Error that says what is wrong with it. */
async function start(candidate: EngineCandidate, { clock, selfTest, onTry }: LadderPorts) {
  onTry(candidate.backend, 'start');
  const { adapter } = await within(START_LIMIT_MS, clock, candidate.start());
  onTry(candidate.backend, 'test');
  const result = await within(SELF_TEST_LIMIT_MS, clock, selfTest());
  if (!result.ok) throw new Error(result.detail);
  requireNoFault(candidate);
  return { adapter, result };
}

function requireNoFault(candidate: EngineCandidate): void {
  const fault = candidate.fault?.();
  if (fault !== undefined) throw new Error(fault);
}

function reasonAlone(isRemembered: boolean, refused: readonly RefusedEngine[]): string {
  if (isRemembered) return 'The fastest engine of your last visit';
  return refused.length === 0 ? 'The engine that this browser offers' : 'The only engine that works here';
}

function reasonFor(chosen: BackendName, timed: readonly Timed[], { detail }: SelfTestResult): string {
  const times = timed.map(({ candidate, seconds }) => `${candidate.backend} ${seconds.toFixed(3)} s`);
  const others = timed.length > 1 ? 'The fastest engine here' : 'The first engine that works is fast enough';
  return `${others}: ${detail}. This device's part of a step takes: ${times.join(', ')}. ${chosen} is used.`;
}

/** The promise's outcome, or an Error when it takes longer. */
export function within<T>(limitMs: number, clock: Clock, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () =>
      reject(new Error(`no answer within ${String(limitMs / 1000)} s`)),
    );
    promise.then(resolve, reject).finally(cancel);
  });
}
