// Takes turns: every side runs once a round, so that a machine that slows down slows all of them.

/** What one lap took. */
export interface Lap {
  readonly ms: number;
  /** Processor time of all threads: what other programs on the machine take does not count, waiting threads that spin do. */
  readonly cpuMs: number;
}

/** One contestant; `lap` does the work once. */
export interface Side {
  readonly name: string;
  lap(): Promise<Lap>;
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
  readonly cpuRatio: number;
}

/** What a race gave. */
export interface RaceResult {
  readonly medianMs: number;
  readonly laps: number;
  readonly against: readonly Comparison[];
}

/** Runs our side against others, in turns. */
export async function race(own: Side, others: readonly Side[], limits: RaceLimits): Promise<RaceResult> {
  const start = performance.now();
  const round = async () => {
    const laps: { readonly own: Lap; readonly others: Lap[] } = { own: await own.lap(), others: [] };
    for (const other of others) laps.others.push(await other.lap());
    return laps;
  };
  for (let i = 0; i < limits.warmUps; i++) await round();
  const rounds = [await round()];
  while (rounds.length < limits.laps && performance.now() - start < limits.enoughMs)
    rounds.push(await round());
  return {
    medianMs: median(rounds.map((laps) => laps.own.ms)),
    laps: rounds.length,
    against: others.map(({ name }, i) => {
      const pairs = rounds.flatMap((laps) => {
        const other = laps.others[i];
        return other ? [{ own: laps.own, other }] : [];
      });
      return {
        name,
        medianMs: median(pairs.map(({ other }) => other.ms)),
        ratio: median(pairs.map((pair) => pair.own.ms / pair.other.ms)),
        cpuRatio: median(pairs.map((pair) => pair.own.cpuMs / pair.other.cpuMs)),
      };
    }),
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
      const [start, cpu] = [performance.now(), process.cpuUsage()];
      await work();
      const { user, system } = process.cpuUsage(cpu);
      return { ms: performance.now() - start, cpuMs: (user + system) / 1000 };
    },
  };
}
