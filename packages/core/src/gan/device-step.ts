// One step on a device, top to bottom: at every `yield` a message goes up and its answer comes down.
import { keep, stack, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { bceWithLogits, type BlockContext, type Segment } from '../nn/index.ts';
import type { BatchTensors } from './batch-tensors.ts';
import { backBeside, forwardBeside } from './beside-labels.ts';
import { bothGradients, inputGradient, parameterGradients, summed } from './gradients.ts';
import { Held } from './held.ts';
import { send, type Received, type Sent } from './plain.ts';
import type { SplitNetwork } from './split-network.ts';

/** The device's ends of both networks. */
export interface DeviceNetworks {
  readonly generator: SplitNetwork;
  readonly discriminator: SplitNetwork;
}

/**
 * The six exchanges of docs/architecture.md; returns the losses [real, fake, generator]. Every stretch between two
 * yields runs inside a `tidy` of the caller's. Ending it early (`return()`) frees everything and keeps the updates
 * already made.
 *
 * The arithmetic is the authors' order, fake before real: gradients add up in any order, batch-norm statistics do not,
 * so the discriminator holds back the real pass's statistics until those of its fake pass are committed.
 */
export function* deviceStep(
  { generator, discriminator }: DeviceNetworks,
  batch: BatchTensors,
): Generator<Sent, Tensor | undefined, Received> {
  const held = new Held();
  const { head, tail } = discriminator;
  try {
    const labels = held.add(batch.labels);
    const forward = (segment: Segment, input: Tensor) => {
      const { output, context } = segment.forward(input, { mode: 'training', labels });
      return { output, context: held.add(context) };
    };
    const lossOf = (logits: Tensor, target: 0 | 1) => {
      const { loss, gradient } = bceWithLogits(logits as Tensor2D, target); // The last block gives [batch, 1].
      return { loss: held.add(loss), gradient };
    };

    // 1: both heads.
    const drawnRows = batch.drawn.size;
    const generatorHead = forwardBeside(generator.head, batch.z, batch.drawn);
    held.add(generatorHead.context);
    const realHead = forward(head, batch.images);
    let down = yield send({ generator: generatorHead.output, discriminator: realHead.output });

    // 2: the loss for real, and the fakes.
    const realTail = forward(tail, down('discriminator'));
    const real = lossOf(realTail.output, 1);
    const realTailBack = bothGradients(tail, realTail.context, real.gradient);
    held.addGradients(realTailBack.parameters);
    const generatorTail = forward(generator.tail, down('generator'));
    generator.tail.commitStatistics(generatorTail.context);
    const fakes = held.add(generatorTail.output);
    const fakeHead = forward(head, fakes);
    commitInOrder(head, fakeHead.context, realHead.context);
    down = yield send({ discriminator: fakeHead.output, discriminatorGradient: realTailBack.input });

    // 3: the loss for fakes; what the real pass gives is complete.
    const fakeTail = forward(tail, down('discriminator'));
    commitInOrder(tail, fakeTail.context, realTail.context);
    const fake = lossOf(fakeTail.output, 0);
    const fakeTailBack = bothGradients(tail, fakeTail.context, fake.gradient);
    held.addGradients(fakeTailBack.parameters);
    const realHeadGradients = held.addGradients(
      parameterGradients(head, realHead.context, down('discriminatorGradient')),
    );
    free(realHead.context, realTail.context, fakeTail.context);
    down = yield send({ discriminatorGradient: fakeTailBack.input });

    // 4: the discriminator's update, and the same fakes through the new head.
    const fakeHeadGradients = parameterGradients(head, fakeHead.context, down('discriminatorGradient'));
    free(fakeHead.context);
    discriminator.trained.step(
      summed(fakeHeadGradients, realHeadGradients, fakeTailBack.parameters, realTailBack.parameters),
    );
    const newHead = forward(head, fakes);
    head.commitStatistics(newHead.context);
    down = yield send({ discriminator: newHead.output });

    // 5: the generator's loss.
    const newTail = forward(tail, down('discriminator'));
    tail.commitStatistics(newTail.context);
    const fooled = lossOf(newTail.output, 1);
    down = yield send({ discriminatorGradient: inputGradient(tail, newTail.context, fooled.gradient) });

    // 6: back through the discriminator's head, whose gradient for the fakes stays here, and the generator's tail.
    const fakesGradient = inputGradient(head, newHead.context, down('discriminatorGradient'));
    free(newHead.context, newTail.context);
    const generatorTailBack = bothGradients(generator.tail, generatorTail.context, fakesGradient);
    held.addGradients(generatorTailBack.parameters);
    down = yield send({ generatorGradient: generatorTailBack.input });

    const generatorHeadGradients = backBeside(
      generator.head,
      generatorHead.context,
      down('generatorGradient'),
      drawnRows,
    );
    generator.trained.step(summed(generatorHeadGradients, generatorTailBack.parameters));
    return keep(stack([real.loss, fake.loss, fooled.loss]));
  } finally {
    held.dispose();
  }
}

function commitInOrder(segment: Segment, ...contexts: readonly BlockContext[]): void {
  for (const context of contexts) segment.commitStatistics(context);
}

function free(...contexts: readonly BlockContext[]): void {
  for (const context of contexts) context.dispose();
}
