// The device's part of the network through rounds and steps: everything between two messages of the coordinator.
import {
  type Cut,
  type Exchange,
  exchangeAfter,
  type GanSpec,
  type Schedule,
  scheduleOf,
  shownLabels,
} from '../architecture/index.ts';
import type { Clock } from '../clock.ts';
import {
  drawRehearsal,
  type Half,
  makeHalf,
  rehearse,
  type StepLosses,
  type TrainingBatch,
} from '../gan/index.ts';
import type { RightCounts } from '../data/index.ts';
import { domainOf, judgedShape, type RunSettings } from '../protocol/index.ts';
import type { Random } from '../random.ts';
import { strategyOf } from '../strategy/index.ts';
import type { NamedTensors, OptimiserState, PlainTensor } from '../tensors/index.ts';
import { halfSettings } from './half-settings.ts';
import { judgeNext } from './judge.ts';
import { momentsForCut, NO_MOMENTS } from './moments.ts';
import { type GivenImages, mixedBatch } from './mixed-batch.ts';
import { keptDiscriminator } from './kept-discriminator.ts';
import type { DeviceImages, DevicePace, DevicePorts, DeviceWork, HeldOutImages } from './ports.ts';

export interface TrainerOptions {
  readonly spec: GanSpec;
  readonly settings: RunSettings;
  readonly images: DeviceImages;
  readonly random: Random;
  readonly clock: Clock;
  /** Absent: computing takes as long as it takes. */
  readonly pace?: DevicePace | undefined;
  /** Absent: on the engine of this process. */
  readonly makeHalf?: DevicePorts['makeHalf'];
}

interface RunningStep {
  readonly round: number;
  readonly step: number;
  readonly startedMs: number;
  computeMs: number;
  /** The exchange whose answer is awaited. */
  exchange: Exchange;
}

/** A device's part of the network as of the end of a round. */
export interface Segments {
  readonly layers?: NamedTensors;
  readonly moments?: OptimiserState;
}

/** What one finished step has to report. */
export interface FinishedStep {
  readonly losses: StepLosses;
  readonly totalSeconds: number;
  readonly computeSeconds: number;
}

/** Owns the device half; its moments go back to the last commit whenever a round begins anew. */
export class Trainer {
  readonly #options: TrainerOptions;
  #half: { readonly cut: Cut; readonly half: Half } | undefined;
  #step: RunningStep | undefined;
  #given: GivenImages | undefined;
  #committed: Segments = {};
  /** What was sent for the federation, until its commit. */
  #uploaded: Segments | undefined;
  readonly #noise: Random;
  readonly #heldOut: HeldOutImages | undefined;

  constructor(options: TrainerOptions) {
    this.#options = options;
    this.#noise = options.random.fork('warm-up');
    const { settings, images } = options;
    this.#heldOut = settings.heldOutShare > 0 ? images.setAside(settings.heldOutShare) : undefined;
  }

  /** The device's segments and moments of the last commit, for its storage. */
  get committed(): Segments {
    return this.#committed;
  }

  /** What it trains never leaves this device, nor does it come from elsewhere. */
  get #keepsOwn(): boolean {
    return strategyOf(this.#options.settings.strategy).keepsDiscriminator === true;
  }

  /** How the steps of the cut in use travel. */
  get schedule(): Schedule {
    if (!this.#half) throw new Error('no layers have been loaded yet');
    return scheduleOf(this.#half.cut);
  }

  /** How many images the device holds out to judge with. */
  get heldOut(): number {
    return this.#heldOut?.labels.length ?? 0;
  }

  /** How many of the next held-out images a classifier gets right. */
  judge(values: NamedTensors, from: number): Promise<RightCounts> {
    const heldOut = this.#heldOut;
    if (!heldOut) throw new Error('this device holds no images out');
    return this.#paced(() => judgeNext(heldOut, { values, shape: judgedShape(this.#options.spec), from }));
  }

  /** The step under way. */
  get step(): { readonly round: number; readonly step: number } | undefined {
    return this.#step;
  }

  /** Goes on from what was stored, or as one who has never stepped. */
  restore(segments: Segments): void {
    this.#committed = segments;
    this.#uploaded = undefined;
  }

  /** Takes a round's layers, and images of others to mix in; a new cut compiles its kernels with one step on noise that leaves no trace. */
  async beginRound(cut: Cut, sent: NamedTensors, given?: GivenImages): Promise<void> {
    const { spec, settings, images } = this.#options;
    this.abandonStep();
    this.#given = given;
    const same = this.#half && JSON.stringify(this.#half.cut) === JSON.stringify(cut);
    const { layers, moments } = this.#keepsOwn
      ? keptDiscriminator(this.#committed, { spec, cut, seed: settings.seed })
      : { layers: sent, moments: this.#committed.moments ?? NO_MOMENTS };
    if (!same) {
      this.#half?.half.dispose();
      const half = (this.#options.makeHalf ?? makeHalf)({
        spec,
        cut,
        ...halfSettings(settings, images.labelsHeld),
      });
      this.#half = { cut, half };
      half.load(layers);
      await this.#warmUp(half, cut);
    }
    const half = this.#needHalf();
    half.load(layers);
    half.loadMoments(momentsForCut(moments, spec, cut));
    this.#uploaded = undefined;
  }

  /** Draws a batch and starts a step; resolves to what goes up first. */
  async beginStep(round: number, step: number): Promise<NamedTensors> {
    this.abandonStep();
    const startedMs = this.#options.clock.now();
    const running: RunningStep = { round, step, startedMs, computeMs: 0, exchange: 1 };
    this.#step = running;
    return this.#timed(running, () => this.#needHalf().begin(this.#drawBatch(round, step)), this.#work(1));
  }

  /** Whether this step is the one under way. */
  isAt(round: number, step: number): boolean {
    return this.#step?.round === round && this.#step.step === step;
  }

  /** Whether the answer to this exchange is what comes next; anything else is repeated or late. */
  isAwaiting(round: number, step: number, exchange: Exchange): boolean {
    return this.isAt(round, step) && this.#step?.exchange === exchange;
  }

  /** Takes the down of an exchange that is not the last; resolves to the next up. */
  answer(exchange: Exchange, down: NamedTensors): Promise<NamedTensors> {
    const step = this.#needStep();
    const next = exchangeAfter(exchange, this.schedule);
    if (next === undefined) throw new RangeError(`exchange ${exchange} ends the step: finish it`);
    step.exchange = next;
    return this.#timed(step, () => this.#needHalf().answer(exchange, down), this.#work(next));
  }

  /** Takes the down of the last exchange and ends the step. */
  async finishStep(down: NamedTensors): Promise<FinishedStep> {
    const step = this.#needStep();
    const losses = await this.#timed(step, () => this.#needHalf().finish(down));
    this.#step = undefined;
    return {
      losses,
      totalSeconds: (this.#options.clock.now() - step.startedMs) / 1000,
      computeSeconds: step.computeMs / 1000,
    };
  }

  abandonStep(): void {
    this.#half?.half.abandon();
    this.#step = undefined;
  }

  /** The layers that go to the federation, if any; what was trained, with its moments, is kept when the round commits. */
  async layers(): Promise<NamedTensors> {
    const half = this.#needHalf();
    const [layers, moments] = await this.#paced(async () => [await half.values(), await half.moments()]);
    this.#uploaded = { layers, moments };
    return this.#keepsOwn ? new Map() : layers;
  }

  /** The round that the last upload belonged to is committed. */
  commit(): void {
    this.#committed = this.#uploaded ?? this.#committed;
    this.#uploaded = undefined;
  }

  /** Fresh images, as many as are shown: the head's half of a preview; undefined where the device has none of the generator. */
  previewHead(): Promise<PlainTensor | undefined> {
    const { spec, random } = this.#options;
    const labels = shownLabels(spec);
    const z = normals(labels.length * spec.zDim, random);
    return this.#paced(() => this.#needHalf().generateHead(z, labels));
  }

  /** The tail's half of a preview, [shown, h, w, c]. */
  previewTail(body: PlainTensor): Promise<PlainTensor> {
    return this.#paced(() => this.#needHalf().completeGeneration(body));
  }

  dispose(): void {
    this.abandonStep();
    this.#half?.half.dispose();
    this.#half = undefined;
  }

  #drawBatch(round: number, step: number): TrainingBatch {
    const { images, settings, spec, random } = this.#options;
    const turn = round * settings.stepsPerRound + step;
    const given = this.#given;
    const drawn = given ? mixedBatch(images, settings.batch, { given, random }) : images.draw(settings.batch);
    const domain = domainOf(settings);
    const labels = domain === undefined ? drawn.labels : drawn.labels.map(() => domain);
    return { ...drawn, labels, z: normals(settings.batch * spec.zDim, random), turn };
  }

  async #warmUp(half: Half, cut: Cut): Promise<void> {
    const { spec, settings } = this.#options;
    const rehearsal = drawRehearsal({ spec, cut, batch: settings.batch, random: this.#noise });
    await this.#paced(() => rehearse(half, rehearsal));
  }

  async #timed<T>(step: RunningStep, compute: () => Promise<T>, work: DeviceWork = OTHER): Promise<T> {
    const { clock } = this.#options;
    const startedMs = clock.now();
    const result = await this.#paced(compute, work);
    step.computeMs += clock.now() - startedMs;
    return result;
  }

  #paced<T>(compute: () => Promise<T>, work: DeviceWork = OTHER): Promise<T> {
    const { pace } = this.#options;
    return pace ? pace(work, compute) : compute();
  }

  #work(exchange: Exchange): DeviceWork {
    if (!this.#half) throw new Error('no layers have been loaded yet');
    return { kind: 'exchange', cut: this.#half.cut, exchange };
  }

  #needHalf(): Half {
    if (!this.#half) throw new Error('no layers have been loaded yet');
    return this.#half.half;
  }

  #needStep(): RunningStep {
    if (!this.#step) throw new Error('no step is under way');
    return this.#step;
  }
}

const OTHER: DeviceWork = { kind: 'other' };

function normals(count: number, random: Random): Float32Array {
  return Float32Array.from({ length: count }, () => random.normal());
}
