// What a compute engine is to the rest of the coordinator: a name, what it runs on, and why it was chosen.

/** The engines of Node, best first; the names are TensorFlow.js's own for its backends. */
export const ENGINE_NAMES = ['tensorflow', 'webgpu', 'wasm'] as const;

/** One of ENGINE_NAMES. */
export type EngineName = (typeof ENGINE_NAMES)[number];

/** An engine that was tried and not taken. */
export interface RefusedEngine {
  readonly name: EngineName;
  readonly why: string;
}

/** The engine that runs in this process or worker from now on. */
export interface StartedEngine {
  readonly name: EngineName;
  /** What it computes on, in words. */
  readonly adapter: string;
  /** Why this one and none before it, in a sentence. */
  readonly reason: string;
  readonly refused: readonly RefusedEngine[];
}

/** What is wanted of the ladder. */
export interface EngineWish {
  /** A name takes that engine or fails; 'auto' takes the first that works. */
  readonly engine: 'auto' | EngineName;
  readonly env: NodeJS.ProcessEnv;
  /** Told when a running engine is lost for good (a GPU reset, a shader error); by default the process fails. */
  readonly onLost?: (why: string) => void;
}

/** Why an engine, or every engine, does not run here; expected, and shown to the user. */
export class EngineRefusal extends Error {
  override readonly name = 'EngineRefusal';
  /** The engines that were tried, when the whole ladder failed. */
  readonly refused: readonly RefusedEngine[];

  constructor(message: string, refused: readonly RefusedEngine[] = []) {
    super(message);
    this.refused = refused;
  }
}
