// A body that computes for real and takes the time that the simulated coordinator would take.
import type { Cut } from '../architecture/index.ts';
import type { CoordinatorProfile, MeasuredModel } from '../cut/index.ts';
import type { BodyAnswer, BodyPort } from '../session/index.ts';
import type { SimulatedTime } from './simulated-time.ts';

export interface PacedBodyOptions {
  readonly body: BodyPort;
  readonly time: SimulatedTime;
  readonly model: MeasuredModel;
  readonly profile: CoordinatorProfile;
}

/** Prices every exchange by the cost model: what comes after an answer delays what comes next. */
export class PacedBody implements BodyPort {
  readonly #options: PacedBodyOptions;
  #cuts: ReadonlyMap<string, Cut> = new Map();
  #busyUntilMs = 0;

  constructor(options: PacedBodyOptions) {
    this.#options = options;
  }

  get engine(): BodyPort['engine'] {
    return this.#options.body.engine;
  }

  readonly initial: BodyPort['initial'] = (seed) => this.#real((body) => body.initial(seed));
  readonly load: BodyPort['load'] = (state) => this.#real((body) => body.load(state));
  readonly replace: BodyPort['replace'] = (round) => this.#real((body) => body.replace(round));
  readonly state: BodyPort['state'] = () => this.#real((body) => body.state());
  readonly abandonStep: BodyPort['abandonStep'] = () => this.#real((body) => body.abandonStep());
  readonly preview: BodyPort['preview'] = (request) => this.#real((body) => body.preview(request));
  readonly sample: BodyPort['sample'] = (request) => this.#real((body) => body.sample(request));
  readonly trainClassifier: BodyPort['trainClassifier'] = (request) =>
    this.#real((body) => body.trainClassifier(request));
  readonly profile: BodyPort['profile'] = () => Promise.resolve(this.#options.profile);

  begin(step: Parameters<BodyPort['begin']>[0]): Promise<void> {
    // Where every device has its own step, those of others go on.
    this.#cuts = new Map([...this.#cuts, ...step.participants.map(({ id, cut }) => [id, cut] as const)]);
    return this.#real((body) => body.begin(step));
  }

  async exchange(request: Parameters<BodyPort['exchange']>[0]): Promise<BodyAnswer> {
    const { time, model } = this.#options;
    const cuts = [...request.ups.keys()].flatMap((id) => this.#cuts.get(id) ?? []);
    const priced = (prices: (cut: Cut) => readonly number[]) =>
      cuts.reduce((sum, cut) => sum + (prices(cut)[request.exchange - 1] ?? 0), 0);
    const seconds = priced((cut) => model.bodySeconds(cut)) + model.bodyExchangeSeconds;
    const answer = await this.#real((body) => body.exchange(request));
    const doneAtMs = Math.max(time.clock.now(), this.#busyUntilMs) + 1000 * seconds;
    this.#busyUntilMs = doneAtMs + 1000 * priced((cut) => model.bodySecondsAfterwards(cut));
    await time.wait(doneAtMs - time.clock.now());
    return { ...answer, seconds };
  }

  #real<Result>(call: (body: BodyPort) => Promise<Result>): Promise<Result> {
    return this.#options.time.during(call(this.#options.body));
  }
}
