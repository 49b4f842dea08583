// Lets a screen reader hear the status without being flooded: at most one announcement in ten seconds.
import type { CancelTimer, Clock } from '@tessera/core/clock';

/** Least time between two announcements. */
export const ANNOUNCEMENT_GAP_MS = 10_000;

/** Says the first text at once and, when more come too soon, only the newest of them, once the gap is over. */
export class Announcements {
  readonly #clock: Clock;
  readonly #say: (text: string) => void;
  #lastAt = -Infinity;
  #lastText = '';
  #waiting: { text: string; cancel: CancelTimer } | undefined;

  constructor(clock: Clock, say: (text: string) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  /** Offers the newest status; a text that was just said is not repeated. */
  offer(text: string): void {
    if (this.#waiting) {
      this.#waiting.text = text;
      return;
    }
    if (text === this.#lastText) return;
    const wait = this.#lastAt + ANNOUNCEMENT_GAP_MS - this.#clock.now();
    if (wait <= 0) {
      this.#speak(text);
      return;
    }
    this.#waiting = { text, cancel: this.#clock.after(wait, () => this.#speakWaiting()) };
  }

  /** Drops what waits; nothing is said any more. */
  stop(): void {
    this.#waiting?.cancel();
    this.#waiting = undefined;
  }

  #speakWaiting(): void {
    const text = this.#waiting?.text;
    this.#waiting = undefined;
    if (text !== undefined && text !== this.#lastText) this.#speak(text);
  }

  #speak(text: string): void {
    this.#lastAt = this.#clock.now();
    this.#lastText = text;
    this.#say(text);
  }
}
