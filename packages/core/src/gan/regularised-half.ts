// Both networks whole on the device, told the domain, with pairs of images held to the same content (RegCGAN).
import {
  add,
  concat,
  keep,
  mul,
  slice,
  stack,
  type Tensor,
  type Tensor1D,
  tensor1d,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import type { GanSpec } from '../architecture/index.ts';
import { bceWithLogits, type BlockContext, type Gradients, Segment } from '../nn/index.ts';
import type { BatchTensors } from './batch-tensors.ts';
import { bothGradients, inputGradient, parameterGradients, summed } from './gradients.ts';
import type { HalfOptions, PairWeights } from './half.ts';
import { Held } from './held.ts';
import { pairDistance, pairedLabels } from './pairs.ts';
import { TrainedBlocks } from './trained-blocks.ts';
import { WholeHalf } from './whole-half.ts';

/** A network in two parts, with the layer in between whose outputs a pair must share. */
interface PartedNetwork {
  readonly before: Segment;
  readonly after: Segment;
  readonly trained: TrainedBlocks;
}

interface Networks {
  readonly spec: GanSpec;
  readonly weights: PairWeights;
  /** Parted behind its first block. */
  readonly generator: PartedNetwork;
  /** Parted before its last block. */
  readonly discriminator: PartedNetwork;
}

interface PartedPass {
  readonly between: Tensor;
  readonly output: Tensor;
  readonly contexts: { readonly before: BlockContext; readonly after: BlockContext };
}

/**
 * The step of Mao and Li (arXiv 1805.02456, and the authors' github.com/xudonmao/RegCGAN): fakes come in pairs from one noise
 * vector in two domains. The generator's loss has the distance between the outputs of its first block, the discriminator's
 * that of its last hidden block, for the fakes alone; neither network moves by the other's term. Fakes go before real, as in
 * `deviceStep`. Throws a RangeError where there are no two domains.
 */
export class RegularisedHalf extends WholeHalf {
  constructor({ spec, optimiser }: HalfOptions, weights: PairWeights) {
    if (spec.classes < 2)
      throw new RangeError(`pairs of domains need at least two domains, not ${spec.classes}`);
    const parted = (network: GanSpec['generator' | 'discriminator'], last: number): PartedNetwork => {
      const before = new Segment(network, 1, last);
      const after = new Segment(network, last + 1, network.blocks.length);
      const trained = new TrainedBlocks(network, [...before.blocks, ...after.blocks], optimiser);
      return { before, after, trained };
    };
    const generator = parted(spec.generator, 1);
    const discriminator = parted(spec.discriminator, spec.discriminator.blocks.length - 1);
    super({
      spec,
      trained: [generator.trained, discriminator.trained],
      shown: { infer: (z, labels) => generator.after.infer(generator.before.infer(z, labels), labels) },
      step: (batch, turn) => regularisedStep({ spec, weights, generator, discriminator }, batch, turn),
    });
  }
}

function regularisedStep(
  { spec, weights, generator, discriminator }: Networks,
  { images, labels, z }: BatchTensors,
  turn: number,
): Tensor {
  const held = new Held();
  const forward = (network: PartedNetwork, input: Tensor, told: Tensor1D): PartedPass => {
    const options = { mode: 'training', labels: told } as const;
    const { output: between, context: before } = network.before.forward(input, options);
    held.add(before);
    const { output, context: after } = network.after.forward(between, options);
    held.add(after);
    network.before.commitStatistics(before);
    network.after.commitStatistics(after);
    return { between, output, contexts: { before, after } };
  };
  const judge = (input: Tensor, told: Tensor1D, target: 0 | 1) => {
    const pass = forward(discriminator, input, told);
    return { ...pass, ...bceWithLogits(pass.output as Tensor2D, target) }; // The last block gives [batch, 1].
  };
  try {
    const pairs = Math.ceil(labels.size / 2);
    const domains = tensor1d(pairedLabels(pairs, spec.classes, turn), 'int32');
    const noise = slice(z, 0, pairs);
    const made = forward(generator, concat([noise, noise], 0), domains);
    const fake = judge(made.output, domains, 0);
    const real = judge(images, labels, 1);
    const alike = (outputs: Tensor, weight: number) => (gradient: Tensor) =>
      add(gradient, mul(pairDistance(outputs).gradient, weight));
    discriminator.trained.step(
      summed(
        gradientsOf(discriminator, fake, fake.gradient, alike(fake.between, weights.discriminator)),
        gradientsOf(discriminator, real, real.gradient),
      ),
    );
    const fooled = judge(made.output, domains, 1);
    const back = inputGradient(discriminator.after, fooled.contexts.after, fooled.gradient);
    const atImages = inputGradient(discriminator.before, fooled.contexts.before, back);
    generator.trained.step(gradientsOf(generator, made, atImages, alike(made.between, weights.generator)));
    return keep(stack([real.loss, fake.loss, fooled.loss]));
  } finally {
    held.dispose();
  }
}

/** The gradients of all parameters; `change` has the last word on the one between the network's parts. */
function gradientsOf(
  { before, after }: PartedNetwork,
  { contexts }: PartedPass,
  gradient: Tensor,
  change: (between: Tensor) => Tensor = (between) => between,
): Gradients {
  const late = bothGradients(after, contexts.after, gradient);
  const early = parameterGradients(before, contexts.before, change(late.input));
  return new Map([...early, ...late.parameters]);
}
