// One training step of both networks in one place, with the kernels of core: what every comparison is about.
import { tensor, tensor1d, tidy, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import type { GanSpec } from '@tessera/core/architecture';
import {
  Adam,
  addGradients,
  bceWithLogits,
  type BlockContext,
  disposeGradients,
  type Gradients,
  initialValues,
  readAll,
  Segment,
} from '@tessera/core/nn';
import { Random } from '@tessera/core/random';

/** The paper's settings of the optimiser. */
export const ADAM = { learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 } as const;

/** Every side computes on the same numbers. */
export interface Batch {
  readonly images: Tensor;
  readonly z: Tensor;
  readonly labels: Tensor1D;
  dispose(): void;
}

/** A training step of one engine that may be repeated; resolves to its losses [real, fake, generator]. */
export interface TrainingStep {
  run(): Promise<readonly number[]>;
  dispose(): void;
}

/** Images and noise of that many samples. */
export function drawnBatch({ imageShape, zDim, classes }: GanSpec, size: number): Batch {
  const random = new Random('bench');
  const numbers = (shape: readonly number[], draw: () => number) =>
    tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, draw), [...shape], 'float32');
  const images = numbers([size, ...imageShape], () => random.uniform(-1, 1));
  const z = numbers([size, zDim], () => random.normal());
  const labels = tensor1d(
    Int32Array.from({ length: size }, (_, i) => i % classes),
    'int32',
  );
  return {
    images,
    z,
    labels,
    dispose: () => {
      for (const one of [images, z, labels]) one.dispose();
    },
  };
}

/** Both whole networks: fakes once, the discriminator's update on fake and real, then the generator's through it. */
export function wholeStep(spec: GanSpec, batch: Batch): TrainingStep {
  const [generator, discriminator] = [spec.generator, spec.discriminator].map((network) => {
    const segment = new Segment(network, 1, network.blocks.length);
    segment.load(initialValues(network, new Random(network.kind)));
    return segment;
  }) as [Segment, Segment]; // two in, two out
  const optimisers = { generator: new Adam(ADAM), discriminator: new Adam(ADAM) };
  const { labels } = batch;
  const forward = (segment: Segment, input: Tensor) => segment.forward(input, { mode: 'training', labels });
  const lossOf = (pass: { readonly output: Tensor }, target: 0 | 1) =>
    bceWithLogits(pass.output as Tensor2D, target); // the discriminator gives [batch, 1]
  const update = (adam: Adam, segment: Segment, gradients: Gradients) => {
    for (const block of segment.blocks) adam.step(block, gradients);
  };
  const parametersOf = (segment: Segment, context: BlockContext, gradient: Tensor): Gradients =>
    segment.backward(context, gradient, { input: false, parameters: true }).parameters ?? new Map();

  function step(): Tensor[] {
    const made = forward(generator, batch.z);
    generator.commitStatistics(made.context);
    const fake = forward(discriminator, made.output);
    const real = forward(discriminator, batch.images);
    for (const { context } of [fake, real]) discriminator.commitStatistics(context);
    const [fakeLoss, realLoss] = [lossOf(fake, 0), lossOf(real, 1)];
    const ofFake = parametersOf(discriminator, fake.context, fakeLoss.gradient);
    const ofReal = parametersOf(discriminator, real.context, realLoss.gradient);
    const both = addGradients(ofFake, ofReal);
    update(optimisers.discriminator, discriminator, both);

    const judged = forward(discriminator, made.output);
    discriminator.commitStatistics(judged.context);
    const fooled = lossOf(judged, 1);
    const through = discriminator.backward(judged.context, fooled.gradient, {
      input: true,
      parameters: false,
    });
    const ofGenerator = parametersOf(generator, made.context, through.input ?? fooled.gradient);
    update(optimisers.generator, generator, ofGenerator);
    for (const gradients of [ofFake, ofReal, both, ofGenerator]) disposeGradients(gradients);
    for (const { context } of [made, fake, real, judged]) context.dispose();
    return [realLoss.loss, fakeLoss.loss, fooled.loss];
  }

  return {
    run: async () => {
      const losses = tidy(step);
      // The one read-back of a step, which also waits until the engine is done.
      const read = await readAll(losses);
      for (const loss of losses) loss.dispose();
      return read.map(([value]) => value ?? NaN);
    },
    dispose: () => {
      for (const own of [generator, discriminator, optimisers.generator, optimisers.discriminator])
        own.dispose();
    },
  };
}
