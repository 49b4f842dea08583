// The engine ladder: the first candidate that starts in time and computes the right numbers is used.
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

export interface LadderPorts {
  readonly candidates: readonly EngineCandidate[];
  readonly selfTest: () => Promise<SelfTestResult>;
  readonly clock: Clock;
  /** The only candidate was asked for by name. */
  readonly forced?: boolean;
  readonly onTry: (backend: BackendName, step: 'start' | 'test') => void;
}

/** Tries the candidates in order; throws NoEngineError with every refusal. */
export async function chooseEngine({
  candidates,
  selfTest,
  clock,
  onTry,
  forced = false,
}: LadderPorts): Promise<ChosenEngine> {
  const refused: RefusedEngine[] = [];
  for (const candidate of candidates) {
    const { backend } = candidate;
    try {
      onTry(backend, 'start');
      const { adapter } = await within(START_LIMIT_MS, clock, candidate.start());
      onTry(backend, 'test');
      const result = await within(SELF_TEST_LIMIT_MS, clock, selfTest());
      if (!result.ok) throw new Error(result.detail);
      const fault = candidate.fault?.();
      if (fault !== undefined) throw new Error(fault);
      return { backend, adapter, reason: reasonFor(result, refused, forced), refused };
    } catch (error) {
      refused.push({ name: backend, why: error instanceof Error ? error.message : String(error) });
    }
  }
  throw new NoEngineError(refused);
}

function reasonFor(result: SelfTestResult, refused: readonly RefusedEngine[], forced: boolean): string {
  if (forced) return `The engine that was asked for: ${result.detail}.`;
  const first =
    refused.length === 0 ? 'The fastest engine that this browser offers' : 'The best engine that works here';
  return `${first}: ${result.detail}.`;
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
