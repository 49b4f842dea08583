// The body in a worker thread, behind its port.
import type { BodyPort } from '@tessera/core/session';
import { type BodyMethod, ownedBuffers } from './calls.ts';
import { EngineThread, type EngineThreadOptions } from './engine-thread.ts';

export type WorkerBodyOptions = Omit<EngineThreadOptions, 'part'>;

/** Calls a body in its own thread. After a crash a new thread starts with the next call, which must be `load`. */
export class WorkerBody implements BodyPort {
  readonly #thread: EngineThread;

  /** Starts the thread and its engine; throws a TesseraError when no engine works. */
  static async start(options: WorkerBodyOptions): Promise<WorkerBody> {
    return new WorkerBody(await EngineThread.start({ ...options, part: 'body' }));
  }

  private constructor(thread: EngineThread) {
    this.#thread = thread;
  }

  get engine(): BodyPort['engine'] {
    return this.#thread.engine;
  }

  readonly initial = (seed: number) => this.#call('initial', seed);
  readonly load = (state: Parameters<BodyPort['load']>[0]) => this.#call('load', state);
  readonly replace = (round: Parameters<BodyPort['replace']>[0]) => this.#call('replace', round);
  readonly state = () => this.#call('state');
  readonly begin = (participants: Parameters<BodyPort['begin']>[0]) => this.#call('begin', participants);
  readonly abandonStep = () => this.#call('abandonStep');
  readonly preview = (request: Parameters<BodyPort['preview']>[0]) => this.#call('preview', request);
  readonly sample = (request: Parameters<BodyPort['sample']>[0]) => this.#call('sample', request);
  readonly trainClassifier = (request: Parameters<BodyPort['trainClassifier']>[0]) =>
    this.#call('trainClassifier', request);
  readonly profile = () => this.#call('profile');
  /** The uploads move to the thread: the caller does not see them again. */
  readonly exchange = (request: Parameters<BodyPort['exchange']>[0]) =>
    this.#call('exchange', request, ownedBuffers(request.ups));

  /** Ends the thread; calls that are open reject. */
  close(): Promise<void> {
    return this.#thread.close();
  }

  async #call<Method extends BodyMethod>(
    method: Method,
    argument?: unknown,
    moved: ArrayBuffer[] = [],
  ): Promise<Awaited<ReturnType<BodyPort[Method]>>> {
    // The thread answers with what the same method of its own body gave.
    return (await this.#thread.call(method, argument, moved)) as Awaited<ReturnType<BodyPort[Method]>>;
  }
}
