// What a run remembers of its steps: losses, where the time went, who was in which group.
import type { RunView } from './view.ts';

type Loss = RunView['losses'][number];

/** Loss points kept; beyond them every second of the older half is dropped. */
const MAXIMUM_LOSS_POINTS = 2_000;
/** Rounds of group membership kept. */
const MAXIMUM_GROUP_ROUNDS = 200;
/** Steps over which times are averaged. */
const TIMED_STEPS = 20;

interface StepTimes {
  readonly totalSeconds: number;
  readonly bodySeconds: number;
  readonly deviceSeconds: number;
}

interface OpenStep {
  readonly round: number;
  readonly step: number;
  readonly startedMs: number;
  bodySeconds: number;
  deviceSeconds: number;
  sums: { discriminatorReal: number; discriminatorFake: number; generator: number; devices: number };
}

/** One device's report of a finished step. */
export interface StepReport extends Loss {
  readonly computeSeconds: number;
}

/** The run's curves; everything in it is bounded. */
export class History {
  #losses: Loss[];
  #groups: RunView['groups'];
  #times: StepTimes[] = [];
  /** The step in progress and the one before it, whose reports may still come. */
  #open: OpenStep | undefined;
  #closing: (OpenStep & { readonly totalSeconds: number }) | undefined;

  constructor(losses: RunView['losses'] = [], groups: RunView['groups'] = []) {
    this.#losses = [...losses];
    this.#groups = groups;
  }

  get losses(): RunView['losses'] {
    return this.#losses;
  }

  get groups(): RunView['groups'] {
    return this.#groups;
  }

  beginStep(round: number, step: number, nowMs: number): void {
    this.endStep(nowMs);
    this.#open = {
      round,
      step,
      startedMs: nowMs,
      bodySeconds: 0,
      deviceSeconds: 0,
      sums: { discriminatorReal: 0, discriminatorFake: 0, generator: 0, devices: 0 },
    };
  }

  /** Ends the step in progress; its losses and times are final when the next one ends. */
  endStep(nowMs: number): void {
    this.#settle();
    const step = this.#open;
    if (!step) return;
    this.#open = undefined;
    this.#closing = { ...step, totalSeconds: (nowMs - step.startedMs) / 1000 };
  }

  bodyComputed(seconds: number): void {
    if (this.#open) this.#open.bodySeconds += seconds;
  }

  /** Takes a device's report; one of an older step than the last two is ignored. */
  report(report: StepReport): void {
    const step = [this.#open, this.#closing].find(
      (candidate) => candidate?.round === report.round && candidate.step === report.step,
    );
    if (!step) return;
    step.sums.discriminatorReal += report.discriminatorReal;
    step.sums.discriminatorFake += report.discriminatorFake;
    step.sums.generator += report.generator;
    step.sums.devices += 1;
    step.deviceSeconds = Math.max(step.deviceSeconds, report.computeSeconds);
  }

  /** Undoes everything after the last commit. */
  forgetRoundsFrom(round: number): void {
    this.#open = undefined;
    this.#closing = undefined;
    this.#losses = this.#losses.filter((point) => point.round < round);
  }

  roundCommitted(round: number, clusters: ReadonlyMap<string, number>): void {
    this.#settle();
    const entry = { round, of: Object.fromEntries(clusters) };
    this.#groups = [...this.#groups, entry].slice(-MAXIMUM_GROUP_ROUNDS);
  }

  /** Mean times of the last steps, in seconds; undefined before the first step has ended. */
  meanTimes(): StepTimes | undefined {
    const count = this.#times.length;
    if (count === 0) return undefined;
    const mean = (of: (times: StepTimes) => number) =>
      this.#times.reduce((sum, times) => sum + of(times), 0) / count;
    return {
      totalSeconds: mean((times) => times.totalSeconds),
      bodySeconds: mean((times) => times.bodySeconds),
      deviceSeconds: mean((times) => times.deviceSeconds),
    };
  }

  #settle(): void {
    const step = this.#closing;
    this.#closing = undefined;
    if (!step) return;
    const { totalSeconds, bodySeconds, deviceSeconds } = step;
    this.#times = [...this.#times.slice(1 - TIMED_STEPS), { totalSeconds, bodySeconds, deviceSeconds }];
    const { devices } = step.sums;
    if (devices === 0) return;
    this.#losses.push({
      round: step.round,
      step: step.step,
      discriminatorReal: step.sums.discriminatorReal / devices,
      discriminatorFake: step.sums.discriminatorFake / devices,
      generator: step.sums.generator / devices,
    });
    if (this.#losses.length > MAXIMUM_LOSS_POINTS) {
      const half = MAXIMUM_LOSS_POINTS / 2;
      this.#losses = this.#losses.filter((_, index) => index >= half || index % 2 === 0);
    }
  }
}
