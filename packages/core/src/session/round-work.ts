// Does what the reducer wants of a round: hands out layers, runs exchanges through the body, federates, undoes.
import { exchangeAfter } from '../architecture/index.ts';
import type { ChosenCuts } from '../cut/index.ts';
import { type FederatedDevice, strategyOf } from '../strategy/index.ts';
import { type NamedTensors, notFinite, type PlainTensor } from '../tensors/index.ts';
import type { Assignment, DeviceLink } from './device-link.ts';
import type { SessionEffect } from './events.ts';
import { FeatureMeans } from './feature-means.ts';
import { cutFor } from './plan-cuts.ts';
import { Planner, type Recut } from './planner.ts';
import type { BodyAnswer, BodyPort, LogEvent } from './ports.ts';
import { reasonOf } from './reason.ts';
import type { RunHandle, RunParts } from './run-parts.ts';
import { layersFor } from './run-weights.ts';
import { StreamWork } from './stream-work.ts';
import { streamsOf } from './streams.ts';

type Effect<Type extends SessionEffect['type']> = SessionEffect & { readonly type: Type };

/** The work of one round at a time; what was begun for an abandoned one no longer counts. */
export class RoundWork {
  readonly #parts: RunParts;
  readonly #run: RunHandle;
  readonly #log: LogEvent;
  /** Grows with every round begun or abandoned. */
  #attempt = 0;
  readonly #planner: Planner;
  readonly #streams: StreamWork;
  #features = new FeatureMeans();
  #drift: number | undefined;
  /** What the devices brought at the end; it counts even when the device has left since. */
  readonly #harvest = new Map<string, FederatedDevice>();
  #committing: Promise<unknown> = Promise.resolve();

  constructor(parts: RunParts, run: RunHandle) {
    this.#parts = parts;
    this.#run = run;
    this.#log = parts.ports.log;
    this.#streams = new StreamWork(parts, run);
    const { context, bodyProfile, ports } = parts;
    const { linkBytesPerSecond, log } = ports;
    this.#planner = new Planner({ context, bodyProfile, linkBytesPerSecond, log });
  }

  /** The cuts of the round in progress, or of the last one. */
  get plan(): ChosenCuts | undefined {
    return this.#planner.plan;
  }

  /** What moved before the round in progress; undefined when nothing did. */
  get recut(): Recut | undefined {
    return this.#planner.recut;
  }

  /** Puts the body back to the last commit, chooses cuts and hands every device its part of the network. */
  prepare({ round, ids, isUnderWay }: Effect<'prepare'>): void {
    const { context, members, commits, handouts } = this.#parts;
    const strategy = strategyOf(context.settings.strategy);
    if (!isUnderWay) {
      this.#begin();
      this.#tellBody((port) => port.load(commits.weights.body));
    }
    const links = this.#linksOf(ids);
    this.#planner.prepare(round, links);
    const { plan } = this.#planner;
    const predictedStepSeconds = plan?.predictedStepSeconds ?? 0;
    for (const link of links) {
      const { cluster, weight, cut: held } = members.member(link.id) ?? {};
      const strikes = this.#run.state().devices.get(link.id)?.strikes ?? 0;
      const cut = cutFor(link.id, plan, { context, strikes });
      const place = { round, attempt: this.#attempt, cut };
      link.assign(place);
      link.tell({
        type: 'assignment',
        run: context.run,
        ...place,
        cluster: cluster ?? 0,
        weight: weight ?? 0,
        predictedStepSeconds,
      });
      const given = handouts.of(link.id);
      if (given) link.sendSynthetic(round, given);
      const { spec } = context;
      link.sendLayers(
        round,
        layersFor(commits.weights, { spec, strategy }, { id: link.id, cut, cluster, held }),
      );
    }
    this.#log('info', 'round', { round, devices: ids.length, predictedStepSeconds });
    this.#run.dispatch({ type: 'planned', round, predictedStepSeconds });
  }

  /** Tells the cohort to begin a step. */
  beginStep({ round, step, cohort }: Effect<'begin-step'>): void {
    const { context, history } = this.#parts;
    if (this.#streams.isAsynchronous) for (const id of cohort) history.beginAlone(id, this.#now());
    else history.beginStep({ round, step }, cohort, this.#now());
    for (const link of this.#linksOf(cohort)) {
      link.leaveStep();
      link.expected = { round, step, exchange: 1 };
      link.tell({ type: 'step', run: context.run, round, step });
    }
  }

  /** Runs one exchange of all who sent their half, and sends the answers to all who are still in the step. */
  async runExchange(effect: Effect<'run-exchange'>): Promise<void> {
    const { round, step, exchange, ids, features } = effect;
    const [alone] = this.#streams.isAsynchronous ? ids : [];
    const own = alone === undefined ? {} : { id: alone };
    const isCurrent = this.#currency();
    const arrived = this.#linksOf(ids).flatMap(({ id, up, assignment }) =>
      up && assignment ? [{ id, up, cut: assignment.cut }] : [],
    );
    const { batch, stepsPerRound } = this.#parts.context.settings;
    const receivedMs = this.#parts.context.clock.now();
    try {
      const answer = await this.#parts.body.run(async (body) => {
        if (!isCurrent()) return undefined;
        if (exchange === 1) {
          const participants = arrived.map(({ id, cut }) => ({
            id,
            cut,
            batch,
            cluster: this.#clusterOf(id),
          }));
          await body.begin({ participants, turn: round * stepsPerRound + step });
        }
        const staleness = this.#streams.stalenessOf(exchange, ids, receivedMs);
        const ups = new Map(arrived.map(({ id, up }) => [id, up]));
        const answer = await body.exchange({ exchange, ups, features, staleness });
        this.#streams.bodyDone(exchange, ids);
        return answer;
      });
      if (!answer || !isCurrent()) return;
      this.#take(answer, own.id);
      this.#sendDowns(effect, answer);
    } catch (error) {
      if (isCurrent()) this.#bodyFailed(error);
      return;
    }
    if (own.id !== undefined && exchange === 2) this.#parts.history.endAlone(own.id, this.#now());
    this.#run.dispatch({ type: 'body-done', round, step, exchange, ...own });
  }

  /** Nobody is left in the step: the body forgets it. */
  dropStep(): void {
    this.#tellBody((body) => body.abandonStep());
  }

  /** An asynchronous round begins with the committed weights, while devices' own steps go on. */
  goOn({ round }: Effect<'go-on'>): void {
    const { commits, community } = this.#parts;
    community.beginRound();
    this.#harvest.clear();
    const { devices } = this.#streams;
    const { values } = commits.weights.body;
    this.#tellBody((body) => body.replace({ values, devices }));
    this.#log('info', 'round', { round, devices: devices.length });
  }

  /** A device reports a finished step of the round in progress. */
  stepReported({ id, assignment }: DeviceLink, round: number, computeSeconds: number): void {
    if (assignment?.round === round) this.#planner.stepTaken(id, assignment.cut, computeSeconds);
  }

  /** Tells a device that it is out of the step. */
  missed({ id, round, step, exchange }: Effect<'missed'>): void {
    const { context, links } = this.#parts;
    this.#log('warn', 'missed', { device: id, round, step, exchange });
    const link = links.get(id);
    link?.leaveStep();
    link?.tell({ type: 'missed', run: context.run, round, step, exchange });
  }

  /** Asks for the layers of the round. */
  requestLayers({ round, ids }: Effect<'request-layers'>): void {
    this.#parts.history.endStep(this.#now());
    this.#harvest.clear();
    for (const link of this.#linksOf(ids)) {
      // In a stream of its own a device goes by the round in which it was given its part.
      const own = link.assignment?.round ?? round;
      link.tell({ type: 'federate', run: this.#parts.context.run, round: own });
    }
  }

  /** Keeps what a device brought until the federation. */
  takeLayers({ id, introduction }: DeviceLink, { cut }: Assignment, values: NamedTensors): void {
    const samples = Math.min(introduction?.samples ?? 0, this.#parts.context.settings.sampleCap);
    const features = this.#features.of(id);
    this.#harvest.set(id, { id, cut, samples, values, ...(features && { features }) });
  }

  /** Averages the layers that came, writes the checkpoint, and tells everybody; resolves to whether it is done. */
  federate(effect: Effect<'federate'>): Promise<boolean> {
    const work = this.#federate(effect);
    this.#committing = work;
    return work;
  }

  /** Resolves when no commit is being written. */
  async idle(): Promise<void> {
    await this.#committing;
  }

  async #federate({ round, ids }: Effect<'federate'>): Promise<boolean> {
    const { context, history, commits, body, community } = this.#parts;
    const isWanted = this.#currency();
    const devices = this.#streams.isAsynchronous
      ? this.#streams.brought(this.#linksOf(ids))
      : ids.flatMap((id) => this.#harvest.get(id) ?? []);
    try {
      const state = await body.run((port) => port.state());
      if (!isWanted()) return false;
      const astray = notFinite(state.values);
      if (astray !== undefined)
        throw new Error(`The training went astray: "${astray}" holds a number that is not finite.`);
      const global = await community.meet(round, state, commits.weights.globalVersion);
      if (!isWanted()) return false;
      const result = await commits.commit({ round, devices, body: state, global, isWanted });
      if (!result) return false;
      if (this.#drift !== undefined) history.drifted(this.#drift);
      for (const note of result.notes) this.#log('warn', 'federation', { round, note });
      this.#log('info', 'committed', {
        round,
        devices: devices.length,
        stepSeconds: history.meanTimes()?.totalSeconds ?? 0,
        predictedStepSeconds: this.plan?.predictedStepSeconds ?? 0,
        clusters: result.clusterLayers.size,
        silhouette: result.silhouette,
      });
    } catch (error) {
      const reason = reasonOf(error);
      this.#log('error', 'commit-failed', { round, reason });
      if (isWanted()) this.#run.dispatch({ type: 'commit-failed', round, reason });
      return false;
    }
    for (const link of this.#linksOf(ids)) link.tell({ type: 'committed', run: context.run, round });
    this.#run.dispatch({ type: 'committed', round });
    return true;
  }

  /** Undoes the round on both sides; the next one begins from the last commit. */
  abandon({ round, reason }: Effect<'abandon'>): void {
    const { context, history, links } = this.#parts;
    this.#begin();
    history.forgetRoundsFrom(round);
    this.#log('warn', 'abandoned', { round, reason });
    for (const link of links.values()) {
      if (!link.assignment) continue;
      link.leaveRound();
      link.tell({ type: 'abandoned', run: context.run, round });
    }
    this.dropStep();
  }

  /** Sends back the body's half of a device's preview; a failure costs a picture. */
  async preview(link: DeviceLink, assignment: Assignment, head: PlainTensor | undefined): Promise<void> {
    const { body } = this.#parts;
    const { cut, round } = assignment;
    try {
      const tail = await body.run((port) => {
        const cluster = this.#clusterOf(link.id);
        return port.preview({ id: link.id, cut, head, ...(cluster !== undefined && { cluster }) });
      });
      if (link.assignment === assignment) link.sendPreview(round, new Map([['generator', tail]]));
    } catch (error) {
      this.#log('warn', 'preview-failed', { device: link.id, round, reason: reasonOf(error) });
    }
  }

  /** Has the body do something in its turn; a failure is the round's, if that is still in progress. */
  #tellBody(work: (body: BodyPort) => Promise<void>): void {
    const isCurrent = this.#currency();
    this.#parts.body.run(work).catch((error: unknown) => {
      if (isCurrent()) this.#bodyFailed(error);
    });
  }

  #clusterOf(id: string): number | undefined {
    return this.#parts.members.member(id)?.cluster;
  }

  #begin(): void {
    this.#attempt += 1;
    this.#features = new FeatureMeans();
    this.#drift = undefined;
    this.#parts.community.beginRound();
    this.#harvest.clear();
  }

  /** Tells later whether the round is still the one that is in progress now. */
  #currency(): () => boolean {
    const attempt = this.#attempt;
    return () => attempt === this.#attempt;
  }

  #take({ seconds, features, drift, score }: BodyAnswer, alone: string | undefined): void {
    this.#parts.history.bodyComputed(seconds, alone);
    if (score !== undefined) this.#parts.community.scored(score);
    if (features) this.#features.add(features);
    if (drift !== undefined) this.#drift = drift;
  }

  #sendDowns({ round, step, exchange }: Effect<'run-exchange'>, { downs }: BodyAnswer): void {
    const { links, context } = this.#parts;
    const { schedule } = strategyOf(context.settings.strategy);
    const { phase } = this.#run.state();
    const streams = streamsOf(phase)?.of;
    const cohort = phase.name === 'training' ? phase.progress.cohort : new Set(streams?.keys());
    for (const [id, tensors] of downs) {
      const link = links.get(id);
      if (!link?.expected || !cohort.has(id)) continue;
      link.up = undefined;
      const next = exchangeAfter(exchange, schedule);
      link.expected = next && { round, step, exchange: next };
      link.sendDown({ round, step, exchange }, tensors);
    }
  }

  #bodyFailed(error: unknown): void {
    const reason = reasonOf(error);
    this.#log('error', 'body-failed', { reason });
    this.#run.dispatch({ type: 'body-failed', reason });
  }

  #linksOf(ids: readonly string[]): DeviceLink[] {
    return ids.flatMap((id) => this.#parts.links.get(id) ?? []);
  }

  #now() {
    const { context, links } = this.#parts;
    const bytes = [...links.values()].reduce((sum, link) => sum + link.bytesReceived + link.bytesSent, 0);
    return { nowMs: context.clock.now(), bytes };
  }
}
