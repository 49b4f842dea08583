// What the run's log says of an experiment: misses, faults, cuts that moved, how clear the groups are.
import type { LogEvent } from '@tessera/core/session';

/** Listens to a run's log. */
export class Noted {
  /** The mean silhouette of the last federation. */
  silhouette: number | undefined;
  readonly #missed = new Map<string, number>();
  readonly #faults = new Map<string, number>();
  readonly #recuts: string[] = [];

  /** The log's receiver. */
  readonly log: LogEvent = (level, event, fields = {}) => {
    if (event === 'committed') this.silhouette = Number(fields.silhouette);
    if (event === 'missed') {
      const id = String(fields.device);
      this.#missed.set(id, this.missed(id) + 1);
    }
    if (event === 're-cut') this.#recuts.push(recutSentence(fields));
    if (level === 'info' || event === 'missed') return;
    const why = fields.reason ?? fields.note;
    const text = why === undefined ? event : `${event}: ${String(why)}`;
    this.#faults.set(text, (this.#faults.get(text) ?? 0) + 1);
  };

  /** Steps that a device has missed. */
  missed(id: string): number {
    return this.#missed.get(id) ?? 0;
  }

  /** Cuts that moved, then what went otherwise than planned, each once with how often. */
  sentences(): string[] {
    const faults = [...this.#faults].map(([text, times]) =>
      times === 1 ? text : `${text} (${times} times)`,
    );
    return [...this.#recuts, ...faults];
  }
}

/** Rounds are counted from 1 in reports. */
function recutSentence(fields: NonNullable<Parameters<LogEvent>[2]>): string {
  const { round, devices, gain, keptStepSeconds, predictedStepSeconds } = fields;
  const seconds = (value: unknown) => Number(value).toPrecision(3);
  return `Cuts moved before round ${Number(round) + 1} (${String(devices)}): a step was predicted to take ${seconds(predictedStepSeconds)} s instead of ${seconds(keptStepSeconds)} s, ${Math.round(100 * Number(gain))} % less`;
}
