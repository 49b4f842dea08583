// A device that has all networks whole and makes its steps by itself; its one exchange only says that the step is done.
import { tensor, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { GanSpec } from '../architecture/index.ts';
import type { Segment } from '../nn/index.ts';
import type { NamedTensors, OptimiserState, PlainTensor } from '../tensors/index.ts';
import { type BatchTensors, batchTensors } from './batch-tensors.ts';
import type { Half, StepLosses, TrainingBatch } from './half.ts';
import { downloadOne, type ExchangeTensors } from './plain.ts';
import { momentsOf, type TrainedBlocks, valuesOf } from './trained-blocks.ts';

/** The networks of such a device and their step. */
export interface WholeNetworks {
  readonly spec: GanSpec;
  /** Whether the step takes labels beside those of the batch. */
  readonly besideLabels?: boolean | undefined;
  /** All networks, in the order of their names. */
  readonly trained: readonly TrainedBlocks[];
  /** The generator whose images are shown. */
  readonly shown: Pick<Segment, 'infer'>;
  /** One step inside a `tidy`, `turn` counts those of the run; gives the losses [real, fake, generator], kept. */
  step(batch: BatchTensors, turn: number): Tensor;
}

/** Runs whole steps; what they compute is the networks' own. */
export class WholeHalf implements Half {
  readonly #networks: WholeNetworks;
  #losses: Tensor | undefined;

  constructor(networks: WholeNetworks) {
    this.#networks = networks;
  }

  load(values: NamedTensors): void {
    for (const blocks of this.#networks.trained) blocks.load(values);
  }

  values(): Promise<NamedTensors> {
    return valuesOf(this.#networks.trained);
  }

  loadMoments(state: OptimiserState): void {
    for (const blocks of this.#networks.trained) blocks.loadMoments(state);
  }

  moments(): Promise<OptimiserState> {
    return momentsOf(this.#networks.trained);
  }

  begin(batch: TrainingBatch): Promise<ExchangeTensors> {
    if (this.#losses) throw new Error('a step is under way: finish or abandon it before the next begins');
    tidy(() => {
      this.#losses = this.#networks.step(batchTensors(batch, this.#networks), batch.turn ?? 0);
    });
    return Promise.resolve(new Map());
  }

  answer(): Promise<ExchangeTensors> {
    return Promise.reject(new Error('a step on one device has one exchange: finish it'));
  }

  async finish(): Promise<StepLosses> {
    const losses = this.#losses;
    if (!losses) throw new Error('no step is under way');
    this.#losses = undefined;
    const [discriminatorReal = NaN, discriminatorFake = NaN, generator = NaN] = (await downloadOne(losses))
      .data;
    return { discriminatorReal, discriminatorFake, generator };
  }

  abandon(): void {
    this.#losses?.dispose();
    this.#losses = undefined;
  }

  async generateHead(z: Float32Array, labels: Int32Array): Promise<PlainTensor> {
    const { shown, spec } = this.#networks;
    return downloadOne(
      tidy(() => shown.infer(tensor(z, [labels.length, spec.zDim]), tensor1d(labels, 'int32'))),
    );
  }

  completeGeneration(images: PlainTensor): Promise<PlainTensor> {
    return Promise.resolve(images);
  }

  dispose(): void {
    this.abandon();
    for (const blocks of this.#networks.trained) blocks.dispose();
  }
}
