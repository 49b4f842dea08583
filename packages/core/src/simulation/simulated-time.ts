// Time of a simulation: jumps from timer to timer, and stands still while real work (files, engines) is under way.
import { VirtualClock } from '../clock.ts';
import { promisesRun } from './virtual-time.ts';

/** A virtual clock that is driven as fast as the real work allows. */
export class SimulatedTime {
  readonly clock = new VirtualClock();
  readonly #real = new Set<Promise<unknown>>();

  /** Work that takes real time and no virtual time: the clock waits for it. */
  during<Result>(work: Promise<Result>): Promise<Result> {
    const done = work.then(
      () => undefined,
      () => undefined,
    );
    this.#real.add(done);
    void done.then(() => this.#real.delete(done));
    return work;
  }

  /** Resolves after so many virtual milliseconds. */
  wait(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.clock.after(milliseconds, resolve);
    });
  }

  /** Moves the clock until the work has ended, and resolves or rejects as it does. */
  async until<Result>(work: Promise<Result>): Promise<Result> {
    let hasEnded = false;
    const end = () => {
      hasEnded = true;
    };
    work.then(end, end);
    await this.runUntil(() => hasEnded);
    return work;
  }

  /** Moves the clock until the condition holds; throws when nothing is left that could bring it about. */
  async runUntil(isDone: () => boolean): Promise<void> {
    for (;;) {
      await promisesRun();
      if (this.#real.size > 0) {
        await Promise.race(this.#real);
        continue;
      }
      if (isDone()) return;
      const { nextTimerAt } = this.clock;
      if (nextTimerAt === undefined)
        throw new Error('the simulation stands still: everybody waits and no timer is set');
      this.clock.advance(Math.max(0, nextTimerAt - this.clock.now()));
    }
  }
}
