// What an edge has asked its cloud and not yet been answered: it outlives a short break of the connection, not a long one.
import type { CancelTimer, Clock } from '../clock.ts';
import { TesseraError } from '../protocol/index.ts';
import type { CommunityUpload, GlobalModel } from '../session/index.ts';
import { ANSWER_DEADLINE_MS, RETURN_GRACE_MS } from './limits.ts';

/** One upload, or one question for the newest model. */
export interface Question {
  readonly number: number;
  /** Absent: the newest model is asked for. */
  readonly upload?: CommunityUpload;
}

interface Open extends Question {
  readonly resolve: (model: GlobalModel | undefined) => void;
  readonly reject: (error: Error) => void;
  readonly cancelDeadline: CancelTimer;
}

/** Numbers questions and keeps them until they are answered, refused or too old. */
export class Questions {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #open = new Map<number, Open>();
  #asked = 0;
  #cancelGrace: CancelTimer = () => undefined;

  /** @param mergeSeconds how long the cloud may wait for other communities. */
  constructor(clock: Clock, mergeSeconds: number) {
    this.#clock = clock;
    this.#deadlineMs = 1000 * mergeSeconds + ANSWER_DEADLINE_MS;
  }

  /** Questions that wait, in the order in which they were asked. */
  get open(): readonly Question[] {
    return [...this.#open.values()];
  }

  /** A new question under its own number, and the promise of its answer. */
  ask(upload?: CommunityUpload): {
    readonly question: Question;
    readonly answer: Promise<GlobalModel | undefined>;
  } {
    this.#asked += 1;
    const question: Question = { number: this.#asked, ...(upload && { upload }) };
    const answer = new Promise<GlobalModel | undefined>((resolve, reject) => {
      const cancelDeadline = this.#clock.after(this.#deadlineMs, () => {
        this.fail(question.number, unreachable(`It did not answer within ${this.#deadlineMs / 1000} s.`));
      });
      this.#open.set(question.number, { ...question, resolve, reject, cancelDeadline });
    });
    return { question, answer };
  }

  answer(number: number, model: GlobalModel | undefined): void {
    this.#take(number)?.resolve(model);
  }

  fail(number: number, error: Error): void {
    this.#take(number)?.reject(error);
  }

  failAll(error: Error): void {
    this.#cancelGrace();
    for (const number of [...this.#open.keys()]) this.fail(number, error);
  }

  /** The connection broke: what is open waits a little for the next one. */
  lost(reason: string): void {
    this.#cancelGrace();
    this.#cancelGrace = this.#clock.after(RETURN_GRACE_MS, () => {
      this.failAll(unreachable(reason));
    });
  }

  /** There is a connection again. */
  back(): void {
    this.#cancelGrace();
  }

  #take(number: number): Open | undefined {
    const open = this.#open.get(number);
    this.#open.delete(number);
    open?.cancelDeadline();
    return open;
  }
}

/** The error of an edge without its cloud. */
export function unreachable(why: string): TesseraError {
  return new TesseraError('cloud-unreachable', `The cloud is out of reach. ${why}`);
}
