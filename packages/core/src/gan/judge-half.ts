// The discriminator whole on the device, the generator elsewhere: the device learns from images that come and judges them.
import {
  keep,
  neg,
  reshape,
  stack,
  tensor,
  tensor1d,
  tidy,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import {
  exchangeTensors,
  previewTensors,
  type Cut,
  type Exchange,
  type GanSpec,
} from '../architecture/index.ts';
import { bceWithLogits, readPlain, Segment } from '../nn/index.ts';
import type { NamedTensors, OptimiserState, PlainTensor } from '../tensors/index.ts';
import { inputGradient, parameterGradients, summed } from './gradients.ts';
import type { Half, HalfOptions, Reading, StepLosses, TrainingBatch } from './half.ts';
import { Held } from './held.ts';
import { judgedLabels } from './judged-labels.ts';
import { download, downloadOne, receive, send, upload, type ExchangeTensors, type Sent } from './plain.ts';
import { TrainedBlocks } from './trained-blocks.ts';

/**
 * One discriminator step on real images and the coordinator's (target 1 and 0, one batch each), then the score of a
 * second batch of the coordinator's and the gradient of the generator's loss there, taken with the updated discriminator
 * (MD-GAN, arXiv 1811.03850; AAAI 2023, Eqs. 2 and 3). Nothing of the real images goes up.
 */
export class JudgeHalf implements Half {
  readonly #spec: GanSpec;
  readonly #cut: Cut;
  readonly #reading: Reading;
  readonly #domain: number | undefined;
  readonly #discriminator: Segment;
  readonly #trained: TrainedBlocks;
  #batch: TrainingBatch | undefined;
  #losses: Tensor | undefined;

  constructor({ spec, cut, optimiser, reading = 'intended', domain }: HalfOptions) {
    this.#reading = reading;
    this.#domain = domain;
    this.#spec = spec;
    this.#cut = cut;
    this.#discriminator = new Segment(spec.discriminator, 1, spec.discriminator.blocks.length);
    this.#trained = new TrainedBlocks(spec.discriminator, this.#discriminator.blocks, optimiser);
  }

  load(values: NamedTensors): void {
    this.#trained.load(values);
  }

  values(): Promise<NamedTensors> {
    return this.#trained.values();
  }

  loadMoments(state: OptimiserState): void {
    this.#trained.loadMoments(state);
  }

  moments(): Promise<OptimiserState> {
    return this.#trained.moments();
  }

  begin(batch: TrainingBatch): Promise<ExchangeTensors> {
    if (this.#batch || this.#losses)
      throw new Error('a step is under way: finish or abandon it before the next begins');
    this.#batch = batch;
    return Promise.resolve(new Map());
  }

  async answer(exchange: Exchange, down: ExchangeTensors): Promise<ExchangeTensors> {
    const batch = this.#batch;
    if (exchange !== 1 || !batch) throw new Error(`an answer to exchange ${exchange} is not awaited`);
    this.#batch = undefined;
    const received = receive(down, exchangeTensors(this.#spec, this.#cut, batch.labels.length, 1, 'down'));
    let sent: Sent = new Map();
    tidy(() => {
      const held = new Held();
      try {
        const count = batch.labels.length;
        const real = tensor(batch.images, [count, ...this.#spec.imageShape]);
        const given = judgedLabels(count, this.#spec.classes, batch.turn ?? 0, this.#domain);
        const labels = { real: tensor1d(batch.labels, 'int32'), fake: tensor1d(given, 'int32') };
        const fake = this.#learn(held, { input: received('fakes'), labels: labels.fake, target: 0 });
        const known = this.#learn(held, { input: real, labels: labels.real, target: 1 });
        this.#trained.step(summed(fake.gradients, known.gradients));
        const judged = this.#discriminator.forward(received('judged'), {
          mode: 'training',
          labels: labels.fake,
        });
        held.add(judged.context);
        this.#discriminator.commitStatistics(judged.context);
        const { realism, loss, gradient } = score(judged.output as Tensor2D, this.#reading); // The last block gives [batch, 1].
        this.#losses = keep(stack([known.loss, fake.loss, loss]));
        sent = send({
          judgedGradient: inputGradient(this.#discriminator, judged.context, gradient),
          realism: reshape(realism, [1]),
        });
      } finally {
        held.dispose();
      }
    });
    const [up] = await download([sent], readPlain);
    return up ?? new Map();
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
    this.#batch = undefined;
    this.#losses?.dispose();
    this.#losses = undefined;
  }

  /** There is no generator here: the images come whole. */
  generateHead(): Promise<PlainTensor | undefined> {
    return Promise.resolve(undefined);
  }

  async completeGeneration(images: PlainTensor): Promise<PlainTensor> {
    const [expected] = previewTensors(this.#spec, this.#cut, images.shape[0] ?? 0, 'down');
    return downloadOne(tidy(() => upload(images, expected?.shape ?? [], 'the preview')));
  }

  dispose(): void {
    this.abandon();
    this.#trained.dispose();
  }

  #learn(
    held: Held,
    { input, labels, target }: { readonly input: Tensor; readonly labels: Tensor1D; readonly target: 0 | 1 },
  ) {
    const { output, context } = this.#discriminator.forward(input, { mode: 'training', labels });
    held.add(context);
    this.#discriminator.commitStatistics(context);
    const { loss, gradient } = bceWithLogits(output as Tensor2D, target); // The last block gives [batch, 1].
    return { loss, gradients: parameterGradients(this.#discriminator, context, gradient) };
  }
}

/** The score of judged images, and the loss of the generator with its gradient at the logits. */
function score(logits: Tensor2D, reading: Reading) {
  if (reading === 'intended') {
    const { loss, gradient } = bceWithLogits(logits, 1);
    return { realism: neg(loss), loss, gradient };
  }
  const { loss, gradient } = bceWithLogits(logits, 0);
  return { realism: neg(loss), loss: neg(loss), gradient: neg(gradient) };
}
