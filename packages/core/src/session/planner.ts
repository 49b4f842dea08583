// Who holds which blocks: planned when devices come and go, and again when their measured steps promise a gain.
import type { Cut } from '../architecture/index.ts';
import { type ChosenCuts, type CoordinatorProfile, cutCode, type PlannedDevice } from '../cut/index.ts';
import type { DeviceLink, LinkContext } from './device-link.ts';
import { canMove, keepCuts, planCuts, type PlanOptions } from './plan-cuts.ts';
import type { LogEvent } from './ports.ts';
import { ProfileEstimates } from './profile-estimates.ts';
import { reasonOf } from './reason.ts';

export interface PlannerParts {
  readonly context: LinkContext;
  readonly bodyProfile: CoordinatorProfile;
  /** Of the link that all devices share, where known. */
  readonly linkBytesPerSecond: number | undefined;
  readonly log: LogEvent;
}

/** Cuts that have moved between two rounds because devices were slower or faster than known before. */
export interface Recut {
  /** The first round with the new cuts. */
  readonly round: number;
  readonly moved: readonly { readonly id: string; readonly from: Cut; readonly to: Cut }[];
  /** Predicted seconds of a step with the cuts before, and with the new ones. */
  readonly keptStepSeconds: number;
  readonly predictedStepSeconds: number;
  /** The share of the step that is saved. */
  readonly gain: number;
}

/** The plan of a run. Devices that stay keep their cuts, unless the search finds a clearly shorter step. */
export class Planner {
  readonly #parts: PlannerParts;
  readonly #estimates: ProfileEstimates;
  #plan: ChosenCuts | undefined;
  /** The devices of the plan with what it knew of them. */
  #planned: readonly PlannedDevice[] = [];
  /** Who they are and what they said of themselves. */
  #plannedFor = '';
  #recut: Recut | undefined;

  constructor(parts: PlannerParts) {
    this.#parts = parts;
    this.#estimates = new ProfileEstimates(parts.context);
  }

  /** The cuts of the round in progress, or of the last one; undefined where no plan could be made. */
  get plan(): ChosenCuts | undefined {
    return this.#plan;
  }

  /** What moved before the round in progress; undefined when nothing did. */
  get recut(): Recut | undefined {
    return this.#recut;
  }

  /** A device has taken a step with this cut; a run that never moves cuts has no use for it. */
  stepTaken(id: string, cut: Cut, computeSeconds: number): void {
    if (this.#gainWanted > 0) this.#estimates.note(id, cut, computeSeconds);
  }

  /** Plans a round with these devices. */
  prepare(round: number, links: readonly DeviceLink[]): void {
    const { context, bodyProfile: body, linkBytesPerSecond, log } = this.#parts;
    const plannedFor = JSON.stringify(links.map(({ id, introduction }) => [id, introduction?.profile]));
    const isSame = plannedFor === this.#plannedFor;
    this.#plannedFor = plannedFor;
    this.#recut = undefined;
    const options = { context, round, body, linkBytesPerSecond };
    try {
      const devices = this.#estimates.judge(links);
      if (!isSame) this.#plan = planCuts(devices, options);
      else if (this.#plan && !this.#isKnown(devices)) this.#plan = this.#judged(this.#plan, devices, options);
      this.#planned = devices;
    } catch (error) {
      // A profile that does not fit the networks must not stop the run: everybody gets the shallowest cut.
      this.#plan = undefined;
      log('warn', 'plan-failed', { round, reason: reasonOf(error) });
    }
  }

  get #gainWanted(): number {
    return this.#parts.context.settings.recutGain;
  }

  #isKnown(devices: readonly PlannedDevice[]): boolean {
    return devices.every(({ profile }, index) => this.#planned[index]?.profile === profile);
  }

  /** The plan for devices that are known better: other cuts where they gain enough, else the same with a better prediction. */
  #judged(plan: ChosenCuts, devices: readonly PlannedDevice[], options: PlanOptions): ChosenCuts {
    const kept = keepCuts(plan, devices, options);
    if (!canMove(options.context)) return kept;
    const found = planCuts(devices, options);
    const gain = 1 - found.predictedStepSeconds / kept.predictedStepSeconds;
    if (!(gain > this.#gainWanted)) return { ...kept, uniform: found.uniform, classes: found.classes };
    const moved = devices.flatMap(({ id }) => {
      const [from, to] = [plan.cuts.get(id), found.cuts.get(id)];
      return from && to && cutCode(from) !== cutCode(to) ? [{ id, from, to }] : [];
    });
    const { round } = options;
    const [keptStepSeconds, predictedStepSeconds] = [kept.predictedStepSeconds, found.predictedStepSeconds];
    this.#recut = { round, moved, keptStepSeconds, predictedStepSeconds, gain };
    this.#parts.log('info', 're-cut', {
      round,
      devices: moved.map(({ id, from, to }) => `${id} ${cutCode(from)} > ${cutCode(to)}`).join(', '),
      gain,
      keptStepSeconds,
      predictedStepSeconds,
    });
    return found;
  }
}
