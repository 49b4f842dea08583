// Pushes the run's view to the pages that watch: seldom, to few, and within a traffic budget.
import type { Clock } from '@tessera/core/clock';
import type { RunView } from '@tessera/core/session';
import type { Watcher } from './socket-server.ts';

/** Pages that may watch at once. */
export const MAX_WATCHERS = 100;
/** At most two views a second to each. */
export const MIN_PUSH_INTERVAL_MS = 500;
/** What all watchers together may cost; many of them are told less often. */
const WATCH_BYTES_PER_SECOND = 4_000_000;

/** The pages that watch a run. */
export class Watchers {
  readonly #clock: Clock;
  readonly #view: () => RunView;
  readonly #watchers = new Set<Watcher>();
  #pending = false;
  #nextPushMs = 0;

  constructor(clock: Clock, view: () => RunView) {
    this.#clock = clock;
    this.#view = view;
  }

  add(watcher: Watcher): void {
    if (this.#watchers.size >= MAX_WATCHERS) {
      watcher.close();
      return;
    }
    this.#watchers.add(watcher);
    watcher.onClose(() => this.#watchers.delete(watcher));
    watcher.push(this.#view());
  }

  /** Something changed: the watchers hear of it as soon as they may. */
  changed(): void {
    if (this.#pending || this.#watchers.size === 0) return;
    this.#pending = true;
    this.#clock.after(Math.max(0, this.#nextPushMs - this.#clock.now()), () => {
      this.#pending = false;
      this.#push();
    });
  }

  #push(): void {
    const view = this.#view();
    for (const watcher of this.#watchers) watcher.push(view);
    const bytes = JSON.stringify(view).length * this.#watchers.size;
    const interval = Math.max(MIN_PUSH_INTERVAL_MS, (bytes / WATCH_BYTES_PER_SECOND) * 1_000);
    this.#nextPushMs = this.#clock.now() + interval;
  }
}
