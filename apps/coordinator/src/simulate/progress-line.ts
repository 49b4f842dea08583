// Progress of an experiment: a line that renews itself on a terminal, a line now and then in a log.
import type { Io } from '../cli/index.ts';

const LOG_EVERY_MS = 15_000;
const BAR_CELLS = 24;

/** Shows how far the work is and how long it will take. */
export class ProgressLine {
  readonly #io: Io;
  readonly #now: () => number;
  readonly #startedMs: number;
  #printedMs = -Infinity;
  #last = '';

  constructor(io: Io, now: () => number) {
    this.#io = io;
    this.#now = now;
    this.#startedMs = now();
  }

  /** `share` of the training is done; `text` says what happens now. */
  show(share: number, text: string): void {
    const filled = Math.round(BAR_CELLS * Math.min(1, share));
    const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)}`;
    const line = `${bar} ${Math.floor(100 * share)} %  ${text}${this.#left(share)}`;
    if (this.#io.renew) {
      this.#io.renew(line);
      return;
    }
    if (this.#now() - this.#printedMs < LOG_EVERY_MS || line === this.#last) return;
    this.#printedMs = this.#now();
    this.#last = line;
    this.#io.err(line);
  }

  /** Takes the line away. */
  end(): void {
    this.#io.renew?.('');
  }

  #left(share: number): string {
    const spentMs = this.#now() - this.#startedMs;
    if (share < 0.02 || share >= 1) return '';
    return `  about ${durationText((spentMs * (1 - share)) / share / 1000)} left`;
  }
}

/** "45 s", "12 min", "3 h 20 min". */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
