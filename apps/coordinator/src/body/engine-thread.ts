// A worker thread with an engine of its own: the main thread's sockets and heartbeats go on while it computes.
import { Worker } from 'node:worker_threads';
import { type RunSettings, TesseraError } from '@tessera/core/protocol';
import type { BodyPort } from '@tessera/core/session';
import type { EngineName } from '../engine/index.ts';
import type { ThreadPart, ThreadReply, ThreadRequest } from './calls.ts';

/** Vitest runs the sources; worker threads need JavaScript, which the build has put into dist. */
const PROGRAM = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/body/worker-main.js' : './worker-main.js',
  import.meta.url,
);

export interface EngineThreadOptions {
  readonly settings: RunSettings;
  readonly engine: 'auto' | EngineName;
  /** What it computes. */
  readonly part: ThreadPart;
  /** Told when the thread ended by itself; the next call starts another one. */
  readonly onCrash: (reason: string) => void;
  /** Another program, for tests. */
  readonly program?: URL | undefined;
}

const TITLES: Readonly<Record<ThreadPart, string>> = {
  body: 'the middle of the network',
  'domain-terms': 'the domain terms',
};

interface Call {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that has started its engine. */
interface Running {
  readonly worker: Worker;
  readonly engine: BodyPort['engine'];
}

/** Makes calls in a thread, one after the other; after a crash the next call starts a new one, which knows nothing. */
export class EngineThread {
  readonly #options: EngineThreadOptions;
  readonly #calls = new Map<number, Call>();
  #running: Promise<Running>;
  #engine: BodyPort['engine'] = { backend: 'none', adapter: '', reason: '' };
  #alive = true;
  #closing = false;
  #nextId = 0;

  /** Starts the thread and its engine; throws a TesseraError when no engine works. */
  static async start(options: EngineThreadOptions): Promise<EngineThread> {
    const thread = new EngineThread(options);
    thread.#engine = (await thread.#running).engine;
    return thread;
  }

  private constructor(options: EngineThreadOptions) {
    this.#options = options;
    this.#running = this.#launch();
  }

  get engine(): BodyPort['engine'] {
    return this.#engine;
  }

  /** Calls a method of what the thread computes with; what is in `moved` moves there: the caller does not see it again. */
  async call(method: string, argument?: unknown, moved: ArrayBuffer[] = []): Promise<unknown> {
    if (this.#closing) throw new Error('the thread is closed');
    if (!this.#alive) {
      this.#alive = true;
      this.#running = this.#launch();
    }
    const { worker } = await this.#running;
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      const request: ThreadRequest = { id, method, argument };
      worker.postMessage(request, moved);
    });
  }

  /** Ends the thread; calls that are open reject. */
  async close(): Promise<void> {
    this.#closing = true;
    const { worker } = await this.#running;
    await worker.terminate();
  }

  #launch(): Promise<Running> {
    const { settings, engine: wish, part, program = PROGRAM } = this.#options;
    // Flags of the main program (Vitest's say where sources are) are not the thread's.
    const worker = new Worker(program, { workerData: { settings, engine: wish, part }, execArgv: [] });
    return new Promise((resolve, reject) => {
      let crash = 'it ended without a word';
      worker.on('message', (reply: ThreadReply) => {
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

  #settle(reply: ThreadReply & { type: 'done' | 'failed' }): void {
    const call = this.#calls.get(reply.id);
    this.#calls.delete(reply.id);
    if (reply.type === 'done') call?.resolve(reply.value);
    else call?.reject(new Error(reply.message));
  }

  #ended(reason: string): void {
    this.#alive = false;
    const sentence = `the thread that computes ${TITLES[this.#options.part]} stopped: ${reason}`;
    for (const { reject } of this.#calls.values()) reject(new Error(sentence));
    this.#calls.clear();
    if (!this.#closing) this.#options.onCrash(sentence);
  }
}
