// The cloud's domain terms in a thread of their own: edges are answered while a merge is computed.
import type { DomainTermsPort } from '@tessera/core/cloud';
import type { BodyPort } from '@tessera/core/session';
import { EngineThread, type EngineThreadOptions } from './engine-thread.ts';

/** Calls the domain terms in their thread; each call brings all that they start from, so that a crash costs one merge. */
export class WorkerTerms implements DomainTermsPort {
  readonly #thread: EngineThread;

  /** Starts the thread and its engine; throws a TesseraError when no engine works. */
  static async start(options: Omit<EngineThreadOptions, 'part'>): Promise<WorkerTerms> {
    return new WorkerTerms(await EngineThread.start({ ...options, part: 'domain-terms' }));
  }

  private constructor(thread: EngineThread) {
    this.#thread = thread;
  }

  get engine(): BodyPort['engine'] {
    return this.#thread.engine;
  }

  readonly improve = async (...merge: Parameters<DomainTermsPort['improve']>) =>
    // The thread answers with what the terms there gave.
    (await this.#thread.call('improve', merge)) as Awaited<ReturnType<DomainTermsPort['improve']>>;

  /** Ends the thread; a merge that is under way rejects. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}
