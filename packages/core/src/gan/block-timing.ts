// How long each block takes on this engine: what profiles of devices and of the coordinator are made of.
import { mul, reshape, slice, tensor, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { NetworkSpec } from '../architecture/index.ts';
import type { Clock } from '../clock.ts';
import type { BlockSeconds } from '../cut/index.ts';
import { Adam, type AdamSettings, Block, disposeGradients, initialValues } from '../nn/index.ts';
import type { Random } from '../random.ts';
import { elementCount } from '../tensors/index.ts';

/** Timed repetitions of each block after one that compiles; the fastest counts. */
const REPETITIONS = 2;

/** What blocks are timed with. */
export interface BlockTimingOptions {
  /** Rows of the batch. */
  readonly batch: number;
  readonly classes: number;
  readonly optimiser: AdamSettings;
  readonly clock: Clock;
  readonly random: Random;
}

/** The fixed cost, in seconds, of bringing any result back from the engine. */
export async function timeReadBack(clock: Clock): Promise<number> {
  let best = Infinity;
  for (let i = 0; i <= REPETITIONS; i++) {
    const startedMs = clock.now();
    const small = mul(tensor1d([i, i]), 2);
    await small.data();
    small.dispose();
    best = Math.min(best, (clock.now() - startedMs) / 1000);
  }
  return best;
}

/** Seconds of one block at that batch: forward, and everything else of a training pass, the update included. */
export async function timeBlock(
  network: NetworkSpec,
  index: number,
  { classes, batch, optimiser: settings, clock, random }: BlockTimingOptions,
): Promise<BlockSeconds> {
  const block = new Block(network, index);
  const optimiser = new Adam(settings);
  const labels = tensor1d(
    Array.from({ length: batch }, (_, row) => row % classes),
    'int32',
  );
  try {
    block.load(initialValues(network, random));
    const input = noise([batch, ...block.inputShape], random);
    const gradient = noise([batch, ...block.outputShape], random);
    const best = { forward: Infinity, backward: Infinity };
    for (let i = 0; i <= REPETITIONS; i++) {
      const startedMs = clock.now();
      const { output, context } = block.forward(input, { mode: 'training', labels });
      await settled(output);
      const forwardMs = clock.now();
      const result = block.backward(context, gradient, { input: index > 1, parameters: true });
      if (result.parameters) optimiser.step(block, result.parameters);
      await settled(result.input ?? output);
      const endMs = clock.now();
      // The first pass compiles.
      if (i > 0) {
        best.forward = Math.min(best.forward, (forwardMs - startedMs) / 1000);
        best.backward = Math.min(best.backward, (endMs - forwardMs) / 1000);
      }
      result.input?.dispose();
      if (result.parameters) disposeGradients(result.parameters);
      context.dispose();
      output.dispose();
    }
    input.dispose();
    gradient.dispose();
    return best;
  } finally {
    labels.dispose();
    optimiser.dispose();
    block.dispose();
  }
}

/** Waits until the engine has really computed the tensor, reading back one number of it. */
async function settled(result: Tensor): Promise<void> {
  const one = tidy(() => slice(reshape(result, [result.size]), 0, 1));
  await one.data();
  one.dispose();
}

function noise(shape: number[], random: Random): Tensor {
  return tensor(
    Float32Array.from({ length: elementCount(shape) }, () => random.normal()),
    shape,
  );
}
