// What the coordinator asks of a welcomed device: rounds, steps, previews and federations, on one connection.
import {
  type Cut,
  type Exchange,
  exchangeTensors,
  type GanSpec,
  lastExchange,
  previewTensors,
  shownLabels,
  scheduleOf,
} from '../architecture/index.ts';
import type { Clock } from '../clock.ts';
import { mergeCounts, type RightCounts } from '../data/index.ts';
import {
  type CoordinatorMessage,
  decodeFrame,
  type FrameHeader,
  judgedTensors,
  judgesAfter,
  TesseraError,
} from '../protocol/index.ts';
import {
  isAsynchronous,
  strategyOf,
  syntheticLabels,
  syntheticTensors,
  travellingLayers,
} from '../strategy/index.ts';
import { type NamedTensors, tensorNamed } from '../tensors/index.ts';
import type { CoordinatorLink } from './coordinator-link.ts';
import { LONGEST_REST_MS } from './limits.ts';
import type { GivenImages } from './mixed-batch.ts';
import type { DevicePorts, PowerSetting } from './ports.ts';
import type { StatusKeeper } from './status.ts';
import type { Trainer } from './trainer.ts';

const NONE: RightCounts = { right: 0, total: 0 };
/** Rest after a step, as a share of the time that the device computed in it. */
const REST: Readonly<Record<PowerSetting, number>> = { gentle: 1, normal: 0.1, full: 0 };

export type Order = Extract<
  CoordinatorMessage,
  { readonly type: 'assignment' | 'step' | 'missed' | 'federate' | 'abandoned' }
>;
type Assignment = Extract<Order, { readonly type: 'assignment' }>;

export interface TrainingParts {
  readonly link: CoordinatorLink;
  readonly spec: GanSpec;
  readonly trainer: Trainer;
  readonly status: StatusKeeper;
  readonly clock: Clock;
  readonly onSamples: DevicePorts['onSamples'];
  /** The volunteer's settings as they are now. */
  readonly power: () => PowerSetting;
  readonly isPaused: () => boolean;
  /** Does something when everything that waits now is done. */
  readonly later: (task: () => Promise<void>) => void;
  /** A round was begun or a step done: the connection is of use. */
  readonly onProgress: () => void;
}

/** A classifier of a round on its way through the held-out images. */
interface Judging {
  readonly round: number;
  readonly values: NamedTensors;
  readonly counts: RightCounts;
}

/** Does what is asked, one thing at a time; a failure is thrown and costs the step. */
export class Training {
  readonly #parts: TrainingParts;
  #assignment: Assignment | undefined;
  /** Generated images for the round, which come before its layers. */
  #given: GivenImages | undefined;
  #restMs = 0;
  /** Where a device that steps by itself stands, for its page. */
  #alone: { readonly round: number; readonly step: number } | undefined;
  /** A classifier, and what it got right so far. */
  #judging: Judging | undefined;
  /** The next images have their turn. */
  #judgesNext = false;
  #judgedRound = -1;

  constructor(parts: TrainingParts) {
    this.#parts = parts;
  }

  async obey(order: Order): Promise<void> {
    await this.#do(order);
    await this.#judgeNext();
  }

  /** Takes a frame; one that does not belong to the round or step in progress changes nothing. */
  async take(header: FrameHeader, bytes: Uint8Array): Promise<void> {
    if (header.kind === 'classifier') this.#takeClassifier(header.round, bytes);
    else await this.#takeOfRound(header, bytes);
    await this.#judgeNext();
  }

  async #do(order: Order): Promise<void> {
    const { trainer, status } = this.#parts;
    switch (order.type) {
      case 'assignment':
        this.#assignment = order;
        this.#given = undefined;
        return;
      case 'step':
        await this.#beginStep(order.round, order.step);
        return;
      case 'missed':
        if (trainer.isAt(order.round, order.step)) trainer.abandonStep();
        status.stepMissed(order.step);
        return;
      case 'federate':
        await this.#sendLayers(order.round);
        return;
      case 'abandoned':
        this.#assignment = undefined;
        trainer.abandonStep();
        status.change({}, `Round ${order.round + 1} is repeated from its start`);
        return;
      default:
        order satisfies never;
    }
  }

  async #takeOfRound(header: FrameHeader, bytes: Uint8Array): Promise<void> {
    const assignment = this.#assignment;
    if (assignment?.round !== header.round) return;
    switch (header.kind) {
      case 'layers':
        await this.#beginRound(
          assignment,
          decodeFrame(bytes, this.#travellingLayers(assignment.cut)).tensors,
        );
        return;
      case 'synthetic':
        this.#given = this.#readGiven(bytes);
        return;
      case 'preview':
        await this.#completePreview(assignment, bytes);
        return;
      case 'exchange':
        await this.#takeExchange(assignment.cut, header, bytes);
        return;
      case 'classifier':
      case 'speed-check':
        return; // Taken before.
      case 'community':
      case 'global':
        return; // Between edges and their cloud only.
      default:
        header.kind satisfies never;
    }
  }

  #travellingLayers(cut: Cut) {
    const { link, spec } = this.#parts;
    const { strategy } = link.welcome?.settings ?? {};
    return strategy ? travellingLayers(strategyOf(strategy), spec, cut) : [];
  }

  async #beginRound(assignment: Assignment, layers: NamedTensors): Promise<void> {
    const { link, trainer, status, onProgress } = this.#parts;
    const { run, round, attempt, cut, cluster, weight, predictedStepSeconds } = assignment;
    await trainer.beginRound(cut, layers, this.#given);
    link.beginRound();
    status.change(
      { assignment: { round, cut, cluster, weight, predictedStepSeconds } },
      `Ready for round ${round + 1}`,
    );
    link.tell({ type: 'ready', run, round, attempt });
    onProgress();
    await this.#beginPreview(round);
  }

  /**
   * Takes what is judged once a round, if the settings say so; where no images are held out, or another one is under way,
   * the answer is none of none, so that nobody waits for it.
   */
  #takeClassifier(round: number, bytes: Uint8Array): void {
    const { link, spec, trainer } = this.#parts;
    const { settings } = link.welcome ?? {};
    if (!settings || !judgesAfter(settings, round) || round <= this.#judgedRound) return;
    this.#judgedRound = round;
    if (this.#judging || trainer.heldOut === 0) {
      this.#tellJudged(round, NONE);
      return;
    }
    const { tensors: values } = decodeFrame(bytes, judgedTensors(spec));
    this.#judging = { round, values, counts: NONE };
  }

  /** Goes on with judging while nothing else is asked for. */
  #judgeLater(): void {
    const { trainer, isPaused, later } = this.#parts;
    if (!this.#judging || this.#judgesNext || trainer.step || isPaused()) return;
    this.#judgesNext = true;
    later(() => {
      this.#judgesNext = false;
      return this.#judgeNext();
    });
  }

  /**
   * Judges a few images if no step is under way; a failure costs the figure. The slowest device always finds its next
   * step waiting, and so this goes before it.
   */
  async #judgeNext(): Promise<void> {
    const { link, trainer, status, isPaused } = this.#parts;
    const judging = this.#judging;
    if (!judging || trainer.step || isPaused() || !link.welcome) return;
    const { round, values, counts } = judging;
    try {
      const { right, total } = mergeCounts([counts, await trainer.judge(values, counts.total)]);
      const isDone = total === trainer.heldOut;
      this.#judging = isDone ? undefined : { round, values, counts: { right, total } };
      if (isDone) {
        this.#tellJudged(round, { right, total });
        status.change({}, `Judged round ${round + 1} on ${total} images that are held out`);
      }
    } catch (error) {
      this.#judging = undefined;
      const reason = error instanceof Error ? error.message : 'the engine failed';
      this.#tellJudged(round, NONE);
      status.change({}, `Could not judge round ${round + 1}: ${reason}`);
    }
    this.#judgeLater();
  }

  #tellJudged(round: number, counts: RightCounts): void {
    const { link } = this.#parts;
    const { run } = link.welcome ?? {};
    if (run !== undefined) link.tell({ type: 'judged', run, round, ...counts });
  }

  #readGiven(bytes: Uint8Array): GivenImages {
    const { link, spec } = this.#parts;
    const { strategy } = link.welcome?.settings ?? {};
    const { synthetic } = strategy ? strategyOf(strategy) : {};
    if (!synthetic) throw new TesseraError('bad-message', 'This run hands out no generated images.');
    const { tensors } = decodeFrame(bytes, syntheticTensors(synthetic, spec));
    const labels = syntheticLabels(synthetic, spec);
    return { images: tensorNamed(tensors, 'images'), labels, share: synthetic.share };
  }

  /** A device with the whole generator draws by itself: its images do not travel. */
  async #beginPreview(round: number): Promise<void> {
    const { link, trainer, onSamples } = this.#parts;
    const head = await trainer.previewHead();
    if (head && trainer.schedule !== 'split') {
      onSamples({ round, images: head });
      return;
    }
    const tensors = new Map(head ? [['generator', head]] : []);
    link.sendFrame({ kind: 'preview', round, step: 0, exchange: 0 }, tensors);
  }

  async #completePreview({ round, cut }: Assignment, bytes: Uint8Array): Promise<void> {
    const { spec, trainer, onSamples } = this.#parts;
    const { tensors } = decodeFrame(bytes, previewTensors(spec, cut, shownLabels(spec).length, 'down'));
    onSamples({ round, images: await trainer.previewTail(tensorNamed(tensors, 'generator')) });
  }

  /** Whether the device steps by itself: its messages then go by a round that may be over, and steps counted since then. */
  get #stepsAlone(): boolean {
    const { strategy = 'huscf-gan' } = this.#parts.link.welcome?.settings ?? {};
    return isAsynchronous(strategy);
  }

  /** The round that the coordinator last spoke of, and which of its own steps in it this device begins. */
  #placeAlone(given: number, stepsPerRound: number): { readonly round: number; readonly step: number } {
    const { current } = this.#parts.status.status;
    const standing = current.state === 'standing' ? current.standing : undefined;
    const round = standing?.standing === 'training' ? Math.max(given, standing.round) : given;
    const before = this.#alone?.round === round ? this.#alone.step : -1;
    this.#alone = { round, step: Math.min(before + 1, stepsPerRound - 1) };
    return this.#alone;
  }

  async #beginStep(round: number, step: number): Promise<void> {
    const { link, trainer, status, isPaused } = this.#parts;
    await this.#rest();
    const { stepsPerRound } = link.welcome?.settings ?? {};
    if (link.isClosed || isPaused() || stepsPerRound === undefined || this.#assignment?.round !== round)
      return;
    const place = this.#stepsAlone ? this.#placeAlone(round, stepsPerRound) : { round, step };
    status.change({
      current: { state: 'standing', standing: { standing: 'training', ...place, stepsPerRound } },
    });
    const up = await trainer.beginStep(round, step);
    link.sendFrame({ kind: 'exchange', round, step, exchange: 1 }, up);
  }

  async #takeExchange(cut: Cut, header: FrameHeader, bytes: Uint8Array): Promise<void> {
    const { link, spec, trainer } = this.#parts;
    const { round, step, exchange } = header;
    if (!isExchange(exchange) || !trainer.isAwaiting(round, step, exchange)) return;
    const { batch } = link.welcome?.settings ?? {};
    if (batch === undefined) return;
    const down = decodeFrame(bytes, exchangeTensors(spec, cut, batch, exchange, 'down')).tensors;
    if (exchange === lastExchange(scheduleOf(cut))) {
      await this.#finishStep(round, step, down);
      return;
    }
    const up = await trainer.answer(exchange, down);
    link.sendFrame({ kind: 'exchange', round, step, exchange: exchange + 1 }, up);
  }

  async #finishStep(round: number, step: number, down: NamedTensors): Promise<void> {
    const { link, trainer, status, power, onProgress } = this.#parts;
    const { losses, totalSeconds, computeSeconds } = await trainer.finishStep(down);
    if (!Object.values(losses).every(Number.isFinite)) {
      throw new TesseraError('tensor-not-finite', 'A loss is no finite number.');
    }
    this.#restMs = Math.min(LONGEST_REST_MS, 1000 * computeSeconds * REST[power()]);
    status.stepDone({ round, step, ...losses }, { total: totalSeconds, compute: computeSeconds });
    const { run } = link.welcome ?? {};
    if (run !== undefined) link.tell({ type: 'losses', run, round, step, ...losses, computeSeconds });
    onProgress();
  }

  async #sendLayers(round: number): Promise<void> {
    if (this.#assignment?.round !== round) return;
    const { link, trainer } = this.#parts;
    const layers = await trainer.layers();
    link.sendFrame({ kind: 'layers', round, step: 0, exchange: 0 }, layers);
  }

  /** Leaves the engine idle for a while, as the power setting asks. */
  async #rest(): Promise<void> {
    const restMs = this.#restMs;
    this.#restMs = 0;
    if (restMs < 1) return;
    await new Promise<void>((resolve) => {
      this.#parts.clock.after(restMs, resolve);
    });
  }
}

function isExchange(value: number): value is Exchange {
  return Number.isInteger(value) && value >= 1 && value <= 6;
}
