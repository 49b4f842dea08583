// Both networks whole on the device: the split step's own arithmetic, with nothing between head and tail.
import { tensor, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { GanSpec } from '../architecture/index.ts';
import type { NamedTensors, OptimiserState, PlainTensor } from '../tensors/index.ts';
import { deviceStep, type DeviceNetworks } from './device-step.ts';
import type { Half, HalfOptions, StepLosses, TrainingBatch } from './half.ts';
import { downloadOne, type ExchangeTensors, type Received, type Sent } from './plain.ts';
import { SplitNetwork } from './split-network.ts';
import { momentsOf, type TrainedBlocks, valuesOf } from './trained-blocks.ts';

/** Makes whole steps by itself; its one exchange carries nothing and only says that the step is done. */
export class LocalHalf implements Half {
  readonly #spec: GanSpec;
  readonly #networks: DeviceNetworks;
  #losses: Tensor | undefined;

  constructor({ spec, cut, optimiser }: HalfOptions) {
    this.#spec = spec;
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

  begin({ images, labels, z }: TrainingBatch): Promise<ExchangeTensors> {
    if (this.#losses) throw new Error('a step is under way: finish or abandon it before the next begins');
    const { zDim, imageShape } = this.#spec;
    const batch = labels.length;
    tidy(() => {
      const course = deviceStep(this.#networks, {
        images: tensor(images, [batch, ...imageShape]),
        labels: tensor1d(labels, 'int32'),
        z: tensor(z, [batch, zDim]),
      });
      let next = course.next();
      while (!next.done) {
        const sent = next.value;
        next = course.next(echoOf(sent));
        for (const one of sent.values()) one.dispose();
      }
      this.#losses = next.value;
    });
    return Promise.resolve(new Map());
  }

  answer(): Promise<ExchangeTensors> {
    return Promise.reject(new Error('a local step has one exchange: finish it'));
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
    const images = tidy(() =>
      this.#networks.generator.head.infer(
        tensor(z, [labels.length, this.#spec.zDim]),
        tensor1d(labels, 'int32'),
      ),
    );
    return downloadOne(images);
  }

  completeGeneration(images: PlainTensor): Promise<PlainTensor> {
    return Promise.resolve(images);
  }

  dispose(): void {
    this.abandon();
    for (const blocks of this.#trained) blocks.dispose();
  }

  get #trained(): readonly TrainedBlocks[] {
    return [this.#networks.generator.trained, this.#networks.discriminator.trained];
  }
}

/** A body without blocks answers with what came; a clone each, as the step and this loop dispose of their own. */
function echoOf(sent: Sent): Received {
  return (name) => {
    const tensor = sent.get(name);
    if (!tensor) throw new RangeError(`this exchange carries no tensor "${name}"`);
    return tensor.clone();
  };
}
