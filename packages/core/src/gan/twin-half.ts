// Two generators and one discriminator whole on the device: the discriminator learns from the images of both.
import { addN, keep, mul, stack, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { secondGenerator, type NetworkSpec } from '../architecture/index.ts';
import { type AdamSettings, bceWithLogits, Segment } from '../nn/index.ts';
import type { BatchTensors } from './batch-tensors.ts';
import { inputGradient, parameterGradients, summed } from './gradients.ts';
import type { HalfOptions } from './half.ts';
import { Held } from './held.ts';
import { TrainedBlocks } from './trained-blocks.ts';
import { WholeHalf } from './whole-half.ts';

interface Network {
  readonly segment: Segment;
  readonly trained: TrainedBlocks;
}

interface TwinNetworks {
  readonly generators: readonly Network[];
  readonly discriminator: Network;
}

/** A device with two generators, of which the first is shown. */
export class TwinHalf extends WholeHalf {
  constructor({ spec, optimiser }: HalfOptions) {
    const first = whole(spec.generator, optimiser);
    const second = whole(secondGenerator(spec), optimiser);
    const discriminator = whole(spec.discriminator, optimiser);
    const networks = { generators: [first, second], discriminator };
    super({
      spec,
      trained: [first.trained, second.trained, discriminator.trained],
      shown: first.segment,
      step: (batch) => twinStep(networks, batch),
    });
  }
}

/**
 * Both generators draw from the same noise and labels; the discriminator learns from the real images and from both batches
 * of fakes, which count half each, so that real and fake weigh the same; then each generator learns through the updated
 * discriminator, whose gradients of that pass are not used. Fakes go before real, as in `deviceStep`.
 */
function twinStep({ generators, discriminator }: TwinNetworks, { images, labels, z }: BatchTensors): Tensor {
  const held = new Held();
  const forward = ({ segment }: Network, input: Tensor) => {
    const { output, context } = segment.forward(input, { mode: 'training', labels });
    segment.commitStatistics(context);
    return { output, context: held.add(context) };
  };
  const judge = (input: Tensor, target: 0 | 1) => {
    const { output, context } = forward(discriminator, input);
    return { context, ...bceWithLogits(output as Tensor2D, target) }; // The last block gives [batch, 1].
  };
  const share = 1 / generators.length;
  const mean = (passes: readonly { readonly loss: Tensor }[]) =>
    mul(addN(passes.map(({ loss }) => loss)), share);
  try {
    const made = generators.map((generator) => ({ generator, ...forward(generator, z) }));
    const fakes = made.map(({ output }) => judge(output, 0));
    const real = judge(images, 1);
    discriminator.trained.step(
      summed(
        ...fakes.map(({ context, gradient }) =>
          parameterGradients(discriminator.segment, context, mul(gradient, share)),
        ),
        parameterGradients(discriminator.segment, real.context, real.gradient),
      ),
    );
    const fooled = made.map(({ generator, output, context }) => {
      const pass = judge(output, 1);
      const gradient = inputGradient(discriminator.segment, pass.context, pass.gradient);
      generator.trained.step(parameterGradients(generator.segment, context, gradient));
      return pass;
    });
    return keep(stack([real.loss, mean(fakes), mean(fooled)]));
  } finally {
    held.dispose();
  }
}

function whole(network: NetworkSpec, optimiser: AdamSettings): Network {
  const segment = new Segment(network, 1, network.blocks.length);
  return { segment, trained: new TrainedBlocks(network, segment.blocks, optimiser) };
}
