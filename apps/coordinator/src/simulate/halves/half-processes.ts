// Processes that compute the steps of a simulation's devices, so that all cores are used: one engine in each.
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Half, HalfOptions } from '@tessera/core/gan';
import type { EngineName } from '../../engine/index.ts';
import type { Answer, AskedMethod, HalfReply, HalfRequest, ToldMethod } from './calls.ts';

/** Vitest runs the sources; processes need JavaScript, which the build has put into dist. */
const PROGRAM = new URL(
  import.meta.url.endsWith('.ts') ? '../../../dist/simulate/halves/process-main.js' : './process-main.js',
  import.meta.url,
);

interface Call {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Starts processes, and makes halves in them. */
export class HalfProcesses {
  readonly #processes: readonly HalfProcess[];

  /** @param count processes; 0 computes in this one. Throws an Error when an engine does not start. */
  static async start(count: number, engine: 'auto' | EngineName): Promise<HalfProcesses> {
    const processes = Array.from(
      { length: count },
      () => new HalfProcess(Math.max(1, Math.floor(availableParallelism() / count))),
    );
    try {
      await Promise.all(processes.map((one) => one.start(engine)));
    } catch (error) {
      for (const one of processes) one.close();
      throw error;
    }
    return new HalfProcesses(processes);
  }

  private constructor(processes: readonly HalfProcess[]) {
    this.#processes = processes;
  }

  /** What makes the halves of the device of that number; undefined: this process does. */
  makerFor(device: number): ((options: HalfOptions) => Half) | undefined {
    const own = this.#processes[device % this.#processes.length];
    return own && ((options) => own.make(options));
  }

  close(): void {
    for (const one of this.#processes) one.close();
  }
}

class HalfProcess {
  readonly #child: ChildProcess;
  readonly #calls = new Map<number, Call>();
  #started: Call | undefined;
  #ended: string | undefined;
  #nextCall = 0;
  #nextHalf = 0;

  constructor(threads: number) {
    this.#child = fork(fileURLToPath(PROGRAM), {
      serialization: 'advanced', // typed arrays as they are
      execArgv: [], // flags of the main program (Vitest's say where sources are) are not the child's
      env: { ...process.env, TF_NUM_INTRAOP_THREADS: String(threads) },
    });
    this.#child.on('message', (reply: HalfReply) => {
      this.#hear(reply);
    });
    this.#child.on('exit', (code, signal) => {
      this.#fail(`a process that computes devices' steps ended (${signal ?? `code ${String(code)}`})`);
    });
    this.#child.on('error', (error) => {
      this.#fail(`a process that computes devices' steps failed: ${error.message}`);
    });
  }

  start(engine: 'auto' | EngineName): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#started = { resolve, reject };
      this.#send({ type: 'start', engine });
    });
  }

  make(options: HalfOptions): Half {
    const half = this.#nextHalf++;
    // Half precision is for fast read-backs from a GPU; here it would only be unpacked again.
    this.#send({ type: 'make', half, options: { ...options, halves: false } });
    const tell =
      (method: ToldMethod) =>
      (...given: unknown[]) => {
        this.#send({ type: 'tell', half, method, given });
      };
    const ask =
      <Method extends AskedMethod>(method: Method) =>
      (...given: unknown[]) =>
        this.#ask(half, method, given);
    return {
      load: tell('load'),
      loadMoments: tell('loadMoments'),
      abandon: tell('abandon'),
      dispose: tell('dispose'),
      values: ask('values'),
      moments: ask('moments'),
      begin: ask('begin'),
      answer: ask('answer'),
      finish: ask('finish'),
      generateHead: ask('generateHead'),
      completeGeneration: ask('completeGeneration'),
    };
  }

  close(): void {
    this.#ended ??= 'closed';
    this.#child.removeAllListeners('exit');
    if (this.#child.connected) this.#child.disconnect();
  }

  async #ask<Method extends AskedMethod>(
    half: number,
    method: Method,
    given: unknown[],
  ): Promise<Answer<Method>> {
    const value = await new Promise((resolve, reject) => {
      const id = this.#nextCall++;
      this.#calls.set(id, { resolve, reject });
      this.#send({ type: 'ask', id, half, method, given });
    });
    // The process answers with what the same method of its own half gave.
    return value as Answer<Method>;
  }

  #send(request: HalfRequest): void {
    if (this.#ended === undefined && this.#child.connected) this.#child.send(request);
    else if (request.type === 'ask')
      this.#settle(request.id, { error: this.#ended ?? 'the process is gone' });
  }

  #hear(reply: HalfReply): void {
    switch (reply.type) {
      case 'started':
        this.#started?.resolve(undefined);
        return;
      case 'refused':
        this.#started?.reject(new Error(reply.message));
        return;
      case 'done':
        this.#settle(reply.id, { value: reply.value });
        return;
      case 'failed':
        this.#settle(reply.id, { error: reply.message });
        return;
      default:
        reply satisfies never;
    }
  }

  #settle(id: number, result: { readonly value: unknown } | { readonly error: string }): void {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if ('error' in result) call?.reject(new Error(result.error));
    else call?.resolve(result.value);
  }

  #fail(reason: string): void {
    this.#ended ??= reason;
    this.#started?.reject(new Error(reason));
    for (const id of [...this.#calls.keys()]) this.#settle(id, { error: reason });
  }
}
