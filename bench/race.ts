// Takes turns: every side runs once a round, so that a machine that slows down slows all of them.

/** One contestant; `lap` does the work once and resolves to the milliseconds that it took. */
export interface Side {
  readonly name: string;
  lap(): Promise<number>;
}

/** How many rounds are run. */
export interface RaceLimits {
  /** Rounds before the ones that count: they compile, and fill caches. */
  readonly warmUps: number;
  /** Rounds that count, at most. */
  readonly laps: number;
  /** No further round begins once the race has taken so long, in milliseconds; one round always counts. */
  readonly enoughMs: number;
}

/** What a race against one other side gave. */
export interface Comparison {
  readonly name: string;
  readonly medianMs: number;
  /** The median of the rounds' own ratios, ours to the other's: less than 1 means that ours is faster. */
  readonly ratio: number;
}

/** What a race gave. */
export interface RaceResult {
  readonly medianMs: number;
  readonly laps: number;
  readonly against: readonly Comparison[];
}

/** Runs our side against others, in turns. */
export async function race(own: Side, others: readonly Side[], limits: RaceLimits): Promise<RaceResult> {
  const sides = [own, ...others];
  const start = performance.now();
  for (let i = 0; i < limits.warmUps; i++) for (const side of sides) await side.lap();
  const rounds: number[][] = [];
  while (
    rounds.length < limits.laps &&
    (rounds.length === 0 || performance.now() - start < limits.enoughMs)
  ) {
    const times: number[] = [];
    for (const side of sides) times.push(await side.lap());
    rounds.push(times);
  }
  const column = (index: number) => rounds.map((times) => times[index] ?? NaN);
  return {
    medianMs: median(column(0)),
    laps: rounds.length,
    against: others.map(({ name }, i) => ({
      name,
      medianMs: median(column(i + 1)),
      ratio: median(rounds.map((times) => (times[0] ?? NaN) / (times[i + 1] ?? NaN))),
    })),
  };
}

/** The middle value; the mean of the middle two where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError('no values have a median');
  return (low + high) / 2;
}

/** A side that is a function; it is done when the function resolves. */
export function sideOf(name: string, work: () => unknown): Side {
  return {
    name,
    lap: async () => {
      const start = performance.now();
      await work();
      return performance.now() - start;
    },
  };
}
