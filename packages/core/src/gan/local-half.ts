// Both networks whole on the device: the split step's own arithmetic, with nothing between head and tail.
import type { Tensor } from '@tensorflow/tfjs-core';
import type { BatchTensors } from './batch-tensors.ts';
import { deviceStep, type DeviceNetworks } from './device-step.ts';
import type { HalfOptions } from './half.ts';
import type { Received, Sent } from './plain.ts';
import { SplitNetwork } from './split-network.ts';
import { WholeHalf } from './whole-half.ts';

/** A device with a GAN of its own. */
export class LocalHalf extends WholeHalf {
  constructor({ spec, cut, optimiser, besideLabels }: HalfOptions) {
    const generator = new SplitNetwork(spec.generator, cut, optimiser);
    const discriminator = new SplitNetwork(spec.discriminator, cut, optimiser);
    super({
      spec,
      besideLabels,
      trained: [generator.trained, discriminator.trained],
      shown: generator.head,
      step: (batch) => localStep({ generator, discriminator }, batch),
    });
  }
}

function localStep(networks: DeviceNetworks, batch: BatchTensors): Tensor {
  const course = deviceStep(networks, batch);
  let next = course.next();
  while (!next.done) {
    const sent = next.value;
    next = course.next(echoOf(sent));
    for (const one of sent.values()) one.dispose();
  }
  if (!next.value) throw new Error('a step ended without losses');
  return next.value;
}

/** A body without blocks answers with what came; a clone each, as the step and this loop dispose of their own. */
function echoOf(sent: Sent): Received {
  return (name) => {
    const tensor = sent.get(name);
    if (!tensor) throw new RangeError(`this exchange carries no tensor "${name}"`);
    return tensor.clone();
  };
}
