// What a run remembers of its steps: losses, where the time went, who was in which group.
import { mergeCounts, type RightCounts } from '../data/index.ts';
import {
  JUDGED_ROUNDS,
  MAXIMUM_GROUP_ROUNDS,
  MAXIMUM_JUDGED_ROUNDS,
  MAXIMUM_LOSS_POINTS,
  TIMED_STEPS,
} from './limits.ts';
import { StreamTimes } from './stream-times.ts';
import type { RunView } from './view.ts';

type Loss = RunView['losses'][number];
type Curves = Pick<RunView, 'losses' | 'groups' | 'judged'>;

/** Where one step's time went. */
export interface StepTimes {
  readonly totalSeconds: number;
  readonly bodySeconds: number;
  /** Of the slowest device. */
  readonly deviceSeconds: number;
  /** Both ways, all devices together. */
  readonly bytes: number;
}

/** The moment at which a step begins or ends. */
export interface Moment {
  readonly nowMs: number;
  /** All bytes received and sent until now. */
  readonly bytes: number;
}

/** One device's report of a finished step. */
export interface StepReport extends Loss {
  readonly computeSeconds: number;
}

interface OpenStep {
  readonly round: number;
  readonly step: number;
  readonly began: Moment;
  readonly cohort: ReadonlySet<string>;
  readonly reports: Map<string, StepReport>;
  bodySeconds: number;
}

/** The run's curves; everything in it is bounded. */
export class History {
  #losses: readonly Loss[];
  #groups: RunView['groups'];
  #judged: RunView['judged'];
  #times: readonly StepTimes[] = [];
  #drifts: readonly number[] = [];
  /** The step in progress and the one before it, whose reports may still come. */
  #open: OpenStep | undefined;
  #closing: (OpenStep & { readonly ended: Moment }) | undefined;
  readonly #streams = new StreamTimes();
  /** Where devices step by themselves: the curve's newest point, and the reports in it. */
  #iteration: { readonly round: number; readonly step: number; readonly reports: number } | undefined;

  /** Begins with what a checkpoint holds. */
  constructor({ losses = [], groups = [], judged = [] }: Partial<Curves> = {}) {
    this.#losses = losses;
    this.#groups = groups;
    this.#judged = judged;
  }

  get losses(): RunView['losses'] {
    return this.#losses;
  }

  get groups(): RunView['groups'] {
    return this.#groups;
  }

  /** What the devices said of the classifiers, by round and group. */
  get judged(): RunView['judged'] {
    return this.#judged;
  }

  /** Adds what one device of a group said of a round. */
  judgedBy(round: number, cluster: number, counts: RightCounts): void {
    const known = this.#judged.find((entry) => entry.round === round)?.groups ?? [];
    const own = known.find((group) => group.cluster === cluster);
    const { right, total } = mergeCounts(own ? [own, counts] : [counts]);
    const others = known.filter((group) => group !== own);
    const groups = [...others, { cluster, right, total, devices: (own?.devices ?? 0) + 1 }];
    groups.sort((a, b) => a.cluster - b.cluster);
    const before = this.#judged.filter((entry) => entry.round !== round);
    const all = [...before, { round, groups }].sort((a, b) => a.round - b.round);
    this.#judged = all.slice(-MAXIMUM_JUDGED_ROUNDS);
  }

  beginStep(
    at: { readonly round: number; readonly step: number },
    cohort: Iterable<string>,
    now: Moment,
  ): void {
    this.endStep(now);
    const { round, step } = at;
    this.#open = { round, step, began: now, cohort: new Set(cohort), reports: new Map(), bodySeconds: 0 };
  }

  /** Ends the step in progress; its losses and times are final when the next one ends, or with `settle`. */
  endStep(now: Moment): void {
    this.settle();
    if (this.#open) this.#closing = { ...this.#open, ended: now };
    this.#open = undefined;
  }

  /** A device that steps by itself begins a step. */
  beginAlone(id: string, now: Moment): void {
    this.#streams.begin(id, now);
  }

  /** A device that steps by itself has moved the generator. */
  endAlone(id: string, now: Moment): void {
    this.#streams.end(id, now);
  }

  /** Seconds of the step in progress, or of that of a device that steps by itself. */
  bodyComputed(seconds: number, id?: string): void {
    if (id !== undefined) this.#streams.bodyComputed(id, seconds);
    else if (this.#open) this.#open.bodySeconds += seconds;
  }

  /** Takes the first report of a device of the cohort for one of the last two steps; says whether it was one. */
  report(id: string, report: StepReport): boolean {
    const step = [this.#open, this.#closing].find(
      (candidate) => candidate?.round === report.round && candidate.step === report.step,
    );
    if (!step?.cohort.has(id) || step.reports.has(id)) return false;
    step.reports.set(id, report);
    return true;
  }

  /**
   * Takes the report of a device that steps by itself. As many of them as there are devices, whoever they come from, are
   * one point of the round's curve: their mean.
   */
  reportAlone(
    id: string,
    report: StepReport,
    { round, devices }: { readonly round: number; readonly devices: number },
  ): void {
    const times = this.#streams.reported(id, report.computeSeconds);
    if (times) this.#addTimes(times);
    const before = this.#iteration?.round === round ? this.#iteration : undefined;
    const isFull = before === undefined || before.reports >= devices;
    const reports = isFull ? 1 : before.reports + 1;
    const step = before === undefined ? 0 : before.step + (isFull ? 1 : 0);
    const last = isFull ? undefined : this.#losses.at(-1);
    const mean = (of: (loss: Loss) => number) =>
      last ? of(last) + (of(report) - of(last)) / reports : of(report);
    const point = {
      round,
      step,
      discriminatorReal: mean((loss) => loss.discriminatorReal),
      discriminatorFake: mean((loss) => loss.discriminatorFake),
      generator: mean((loss) => loss.generator),
    };
    this.#iteration = { round, step, reports };
    this.#losses = thinned([...(isFull ? this.#losses : this.#losses.slice(0, -1)), point]);
  }

  /** Makes the ended step's losses and times final. */
  settle(): void {
    const step = this.#closing;
    this.#closing = undefined;
    if (!step) return;
    // In id order: a sum of floats depends on it, and reports come in any order.
    const reports = [...step.reports].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, report]) => report);
    const times = {
      totalSeconds: (step.ended.nowMs - step.began.nowMs) / 1000,
      bodySeconds: step.bodySeconds,
      deviceSeconds: Math.max(0, ...reports.map(({ computeSeconds }) => computeSeconds)),
      bytes: step.ended.bytes - step.began.bytes,
    };
    this.#addTimes(times);
    if (reports.length === 0) return;
    const mean = (of: (report: StepReport) => number) => meanOf(reports.map(of));
    const point = {
      round: step.round,
      step: step.step,
      discriminatorReal: mean((report) => report.discriminatorReal),
      discriminatorFake: mean((report) => report.discriminatorFake),
      generator: mean((report) => report.generator),
    };
    this.#losses = thinned([...this.#losses, point]);
  }

  /** Undoes everything after the last commit. */
  forgetRoundsFrom(round: number): void {
    this.#open = undefined;
    this.#closing = undefined;
    this.#iteration = undefined;
    this.#streams.clear();
    this.#losses = this.#losses.filter((point) => point.round < round);
  }

  /** The groups with one more round. */
  groupsWith(round: number, clusters: ReadonlyMap<string, number>): RunView['groups'] {
    const entry = { round, of: Object.fromEntries(clusters) };
    return [...this.#groups, entry].slice(-MAXIMUM_GROUP_ROUNDS);
  }

  /** The body's drift at the end of each of the last rounds, oldest first. */
  get drifts(): readonly number[] {
    return this.#drifts;
  }

  /** Notes the drift of a committed round. */
  drifted(drift: number): void {
    this.#drifts = [...this.#drifts, drift].slice(-JUDGED_ROUNDS);
  }

  roundCommitted(round: number, clusters: ReadonlyMap<string, number>): void {
    this.#groups = this.groupsWith(round, clusters);
  }

  #addTimes(times: StepTimes): void {
    this.#times = [...this.#times, times].slice(-TIMED_STEPS);
  }

  /** Means of the last steps; undefined before the first step has ended. */
  meanTimes(): StepTimes | undefined {
    if (this.#times.length === 0) return undefined;
    const mean = (of: (times: StepTimes) => number) => meanOf(this.#times.map(of));
    return {
      totalSeconds: mean((times) => times.totalSeconds),
      bodySeconds: mean((times) => times.bodySeconds),
      deviceSeconds: mean((times) => times.deviceSeconds),
      bytes: mean((times) => times.bytes),
    };
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Old points grow sparse, the newest half stays whole. */
function thinned(losses: readonly Loss[]): readonly Loss[] {
  if (losses.length <= MAXIMUM_LOSS_POINTS) return losses;
  const half = MAXIMUM_LOSS_POINTS / 2;
  return losses.filter((_, index) => index >= half || index % 2 === 0);
}
