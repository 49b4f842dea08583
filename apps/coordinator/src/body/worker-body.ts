// The body in a worker thread: the main thread's sockets and heartbeats go on while it computes.
import { Worker } from 'node:worker_threads';
import { type RunSettings, TesseraError } from '@tessera/core/protocol';
import type { BodyPort } from '@tessera/core/session';
import type { EngineName } from '../engine/index.ts';
import { type BodyMethod, type BodyReply, type BodyRequest, ownedBuffers } from './calls.ts';

/** Vitest runs the sources; worker threads need JavaScript, which the build has put into dist. */
const PROGRAM = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/body/worker-main.js' : './worker-main.js',
  import.meta.url,
);

export interface WorkerBodyOptions {
  readonly settings: RunSettings;
  readonly engine: 'auto' | EngineName;
  /** Told when the thread ended by itself; the next call starts another one. */
  readonly onCrash: (reason: string) => void;
  /** Another program, for tests. */
  readonly program?: URL;
}

interface Call {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that has started its engine. */
interface Running {
  readonly worker: Worker;
  readonly engine: BodyPort['engine'];
}

/** Calls a body in its own thread. After a crash a new thread starts with the next call, which must be `load`. */
export class WorkerBody implements BodyPort {
  readonly #options: WorkerBodyOptions;
  readonly #calls = new Map<number, Call>();
  #running: Promise<Running>;
  #engine: BodyPort['engine'] = { backend: 'none', adapter: '', reason: '' };
  #alive = true;
  #closing = false;
  #nextId = 0;

  /** Starts the thread and its engine; throws a TesseraError when no engine works. */
  static async start(options: WorkerBodyOptions): Promise<WorkerBody> {
    const body = new WorkerBody(options);
    body.#engine = (await body.#running).engine;
    return body;
  }

  private constructor(options: WorkerBodyOptions) {
    this.#options = options;
    this.#running = this.#launch();
  }

  get engine(): BodyPort['engine'] {
    return this.#engine;
  }

  readonly initial = (seed: number) => this.#call('initial', seed);
  readonly load = (state: Parameters<BodyPort['load']>[0]) => this.#call('load', state);
  readonly replace = (values: Parameters<BodyPort['replace']>[0]) => this.#call('replace', values);
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
  async close(): Promise<void> {
    this.#closing = true;
    const { worker } = await this.#running;
    await worker.terminate();
  }

  async #call<Method extends BodyMethod>(
    method: Method,
    argument?: unknown,
    moved: ArrayBuffer[] = [],
  ): Promise<Awaited<ReturnType<BodyPort[Method]>>> {
    if (this.#closing) throw new Error('the body is closed');
    if (!this.#alive) {
      this.#alive = true;
      this.#running = this.#launch();
    }
    const { worker } = await this.#running;
    const id = this.#nextId++;
    const value = await new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      const request: BodyRequest = { id, method, argument };
      worker.postMessage(request, moved);
    });
    // The thread answers with what the same method of its own body gave.
    return value as Awaited<ReturnType<BodyPort[Method]>>;
  }

  #launch(): Promise<Running> {
    const { settings, engine: wish, program = PROGRAM } = this.#options;
    // Flags of the main program (Vitest's say where sources are) are not the thread's.
    const worker = new Worker(program, { workerData: { settings, engine: wish }, execArgv: [] });
    return new Promise((resolve, reject) => {
      let crash = 'it ended without a word';
      worker.on('message', (reply: BodyReply) => {
        if (reply.type === 'started') resolve({ worker, engine: reply.engine });
        else if (reply.type === 'refused') crash = reply.message;
        else this.#settle(reply);
        if (reply.type === 'refused') void worker.terminate();
      });
      worker.on('error', (error) => {
        crash = error.message;
      });
      worker.on('exit', () => {
        reject(new TesseraError('no-engine', `The coordinator's engine did not start: ${crash}.`));
        this.#ended(crash);
      });
    });
  }

  #settle(reply: BodyReply & { type: 'done' | 'failed' }): void {
    const call = this.#calls.get(reply.id);
    this.#calls.delete(reply.id);
    if (reply.type === 'done') call?.resolve(reply.value);
    else call?.reject(new Error(reply.message));
  }

  #ended(reason: string): void {
    this.#alive = false;
    const sentence = `the thread that computes the middle of the network stopped: ${reason}`;
    for (const { reject } of this.#calls.values()) reject(new Error(sentence));
    this.#calls.clear();
    if (!this.#closing) this.#options.onCrash(sentence);
  }
}
