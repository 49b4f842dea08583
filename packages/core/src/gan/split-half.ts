// The device's half of a six-exchange step: head and tail of both networks, their losses and their updates.
import { tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import {
  exchangeAfter,
  exchangeTensors,
  previewTensors,
  type Cut,
  type Exchange,
  type GanSpec,
} from '../architecture/index.ts';
import { readHalves, readPlain } from '../nn/index.ts';
import type { NamedTensors, OptimiserState, PlainTensor } from '../tensors/index.ts';
import { batchTensors } from './batch-tensors.ts';
import { deviceStep, type DeviceNetworks } from './device-step.ts';
import type { Half, HalfOptions, StepLosses, TrainingBatch } from './half.ts';
import {
  download,
  downloadOne,
  receive,
  upload,
  type ExchangeTensors,
  type Received,
  type Sent,
} from './plain.ts';
import { SplitNetwork } from './split-network.ts';
import { momentsOf, valuesOf, type TrainedBlocks } from './trained-blocks.ts';

interface RunningStep {
  readonly batch: number;
  readonly course: ReturnType<typeof deviceStep>;
  /** The exchange whose answer is awaited. */
  awaiting: Exchange;
}

/** The device's ends of both networks with their optimisers; at most one step is under way. */
export class SplitHalf implements Half {
  readonly #spec: GanSpec;
  readonly #cut: Cut;
  readonly #networks: DeviceNetworks;
  readonly #halves: boolean;
  readonly #besideLabels: boolean | undefined;
  #step: RunningStep | undefined;

  constructor({ spec, cut, optimiser, halves = false, besideLabels }: HalfOptions) {
    this.#halves = halves;
    this.#besideLabels = besideLabels;
    this.#spec = spec;
    this.#cut = cut;
    this.#networks = {
      generator: new SplitNetwork(spec.generator, cut, optimiser),
      discriminator: new SplitNetwork(spec.discriminator, cut, optimiser),
    };
  }

  load(values: NamedTensors): void {
    for (const blocks of this.#trained) blocks.load(values);
  }

  values(): Promise<NamedTensors> {
    return valuesOf(this.#trained);
  }

  loadMoments(state: OptimiserState): void {
    for (const blocks of this.#trained) blocks.loadMoments(state);
  }

  moments(): Promise<OptimiserState> {
    return momentsOf(this.#trained);
  }

  async begin(batch: TrainingBatch): Promise<ExchangeTensors> {
    if (this.#step) throw new Error('a step is under way: finish or abandon it before the next begins');
    const asked = { spec: this.#spec, besideLabels: this.#besideLabels };
    return this.#up(() => {
      const course = deviceStep(this.#networks, batchTensors(batch, asked));
      this.#step = { batch: batch.labels.length, course, awaiting: 1 };
      return course.next();
    });
  }

  /** Takes what came down in an exchange, updates where the schedule says so, and resolves to the next one's up. */
  async answer(exchange: Exchange, down: ExchangeTensors): Promise<ExchangeTensors> {
    const next = exchangeAfter(exchange, 'split');
    if (next === undefined) throw new RangeError('exchange 6 ends a step: finish it');
    const step = this.#awaiting(exchange);
    const received = this.#received(step, down);
    return this.#up(() => {
      step.awaiting = next;
      return step.course.next(received);
    });
  }

  /** Takes what came down in exchange 6, makes the generator's update and ends the step. */
  async finish(down: ExchangeTensors): Promise<StepLosses> {
    const step = this.#awaiting(6);
    const losses = this.#advance(() => step.course.next(this.#received(step, down)));
    this.#step = undefined;
    if (!losses.done || !losses.value) throw new Error('a step did not end after exchange 6');
    const [discriminatorReal = NaN, discriminatorFake = NaN, generator = NaN] = (
      await downloadOne(losses.value)
    ).data;
    return { discriminatorReal, discriminatorFake, generator };
  }

  abandon(): void {
    this.#step?.course.return(undefined);
    this.#step = undefined;
  }

  async generateHead(z: Float32Array, labels: Int32Array): Promise<PlainTensor> {
    const output = tidy(() =>
      this.#networks.generator.head.infer(
        tensor(z, [labels.length, this.#spec.zDim]),
        tensor1d(labels, 'int32'),
      ),
    );
    return downloadOne(output);
  }

  async completeGeneration(bodyOutput: PlainTensor): Promise<PlainTensor> {
    const [expected] = previewTensors(this.#spec, this.#cut, bodyOutput.shape[0] ?? 0, 'down');
    const output = tidy(() =>
      this.#networks.generator.tail.infer(upload(bodyOutput, expected?.shape ?? [], 'the preview')),
    );
    return downloadOne(output);
  }

  dispose(): void {
    this.abandon();
    for (const blocks of this.#trained) blocks.dispose();
  }

  get #trained(): readonly TrainedBlocks[] {
    return [this.#networks.generator.trained, this.#networks.discriminator.trained];
  }

  #awaiting(exchange: Exchange): RunningStep {
    if (this.#step?.awaiting !== exchange) {
      const now = this.#step ? `exchange ${this.#step.awaiting} is under way` : 'no step is under way';
      throw new Error(`an answer to exchange ${exchange} came, but ${now}`);
    }
    return this.#step;
  }

  #received({ batch, awaiting }: RunningStep, down: ExchangeTensors): Received {
    return receive(down, exchangeTensors(this.#spec, this.#cut, batch, awaiting, 'down'));
  }

  async #up(proceed: () => IteratorResult<Sent, unknown>): Promise<ExchangeTensors> {
    const { done, value } = this.#advance(proceed);
    if (done) throw new Error('a step ended before exchange 6');
    const [up] = await download([value], this.#halves ? readHalves : readPlain);
    return up ?? new Map();
  }

  /** Runs the step to its next yield without leaving intermediate tensors; a step that fails is over. */
  #advance<Result>(proceed: () => Result): Result {
    let result: { readonly value: Result } | undefined;
    try {
      tidy(() => {
        result = { value: proceed() };
      });
    } catch (error) {
      this.abandon();
      throw error;
    }
    if (!result) throw new Error('a tidy did not run its function');
    return result.value;
  }
}
