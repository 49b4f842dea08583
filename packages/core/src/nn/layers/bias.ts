// The bias before a batch normalisation: training passes leave it out, because the normalisation subtracts it again.
import { zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { kernels } from '../kernels/select.ts';
import type { Parameter } from '../parameter.ts';

/** Exactly zero for an omitted bias (rounding noise would have Adam walk it about at full speed), else the sums per channel. */
export function biasGradient(bias: Parameter, outputGradient: Tensor, omitted: boolean): Tensor {
  return omitted ? zerosLike(bias.value) : kernels().channelSums(outputGradient);
}
