// Binary cross-entropy of a sigmoid, computed from logits so that no probability is ever rounded to 0 or 1.
import {
  abs,
  add,
  div,
  exp,
  log,
  mean,
  neg,
  relu,
  sigmoid,
  sub,
  tidy,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';

/**
 * The mean loss of logits [batch, 1] against one target for all, and its gradient with respect to the logits. The loss
 * is max(x, 0) - x t + ln(1 + e^-|x|), the gradient (σ(x) - t) / batch; both belong to the caller. Where a sigmoid in
 * floats rounds to 0 or 1, a loss computed from it is cut off and its gradient vanishes; these stay exact.
 */
export function bceWithLogits(logits: Tensor2D, target: 0 | 1): { loss: Tensor; gradient: Tensor2D } {
  return tidy(() => {
    const away = target === 1 ? neg(logits) : logits;
    const each = add(relu(away), log(add(exp(neg(abs(logits))), 1)));
    return { loss: mean(each), gradient: div(sub(sigmoid(logits), target), logits.size) };
  });
}
