// The synchronous cloud's barrier: uploads wait until every edge that is there has brought one, or time is up.
import type { CancelTimer, Clock } from '../clock.ts';
import type { GlobalModel } from '../session/index.ts';
import { edgeOf, type EdgeUpload } from './edges.ts';

interface Waiting {
  readonly upload: EdgeUpload;
  readonly resolve: (model: Promise<GlobalModel>) => void;
  readonly answer: Promise<GlobalModel>;
}

export interface BarrierOptions {
  readonly clock: Clock;
  /** Seconds that the first upload waits for the others. */
  readonly waitSeconds: number;
  /** Merges what has come. */
  readonly merge: (uploads: readonly EdgeUpload[]) => Promise<GlobalModel>;
}

/** Gathers one upload of each edge, known by its number; an upload counts although its edge has gone since. */
export class Barrier {
  readonly #options: BarrierOptions;
  readonly #present = new Set<number>();
  readonly #waiting = new Map<number, Waiting>();
  #cancel: CancelTimer = () => undefined;

  constructor(options: BarrierOptions) {
    this.#options = options;
  }

  isWaiting(edge: number): boolean {
    return this.#waiting.has(edge);
  }

  arrive(edge: number): void {
    this.#present.add(edge);
  }

  leave(edge: number): void {
    this.#present.delete(edge);
    this.#mergeWhenComplete();
  }

  /** Resolves with the merge that has this upload; a second one of an edge replaces its first. */
  bring(upload: EdgeUpload): Promise<GlobalModel> {
    const edge = edgeOf(upload);
    const before = this.#waiting.get(edge);
    let resolve: Waiting['resolve'] = () => undefined;
    const answer = new Promise<GlobalModel>((done) => {
      resolve = done;
    });
    before?.resolve(answer);
    if (this.#waiting.size === 0)
      this.#cancel = this.#options.clock.after(1000 * this.#options.waitSeconds, () => {
        this.#mergeNow();
      });
    this.#waiting.set(edge, { upload, resolve, answer });
    this.#mergeWhenComplete();
    return answer;
  }

  /** Nothing waits any more: what waited is merged without the others. */
  close(): void {
    this.#mergeNow();
  }

  #mergeWhenComplete(): void {
    if ([...this.#present].every((edge) => this.#waiting.has(edge))) this.#mergeNow();
  }

  #mergeNow(): void {
    this.#cancel();
    if (this.#waiting.size === 0) return;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    const model = this.#options.merge(waiting.map(({ upload }) => upload));
    for (const { resolve } of waiting) resolve(model);
  }
}
