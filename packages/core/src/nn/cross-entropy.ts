// The loss of a classifier: cross-entropy of a softmax, computed from logits.
import {
  cast,
  div,
  exp,
  logSoftmax,
  mul,
  neg,
  oneHot,
  sub,
  sum,
  tidy,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';

/**
 * The mean loss -ln p(label) of logits [batch, classes] with labels int32 [batch], and its gradient with respect to the
 * logits, (softmax - one-hot) / batch; both belong to the caller.
 */
export function crossEntropyWithLogits(
  logits: Tensor2D,
  labels: Tensor1D,
): { loss: Tensor; gradient: Tensor2D } {
  return tidy(() => {
    const [batch, classes] = logits.shape;
    const logarithms = logSoftmax(logits);
    // oneHot with float32 asked for writes integers on the wasm backend, so the cast is a step of its own.
    const right = cast(oneHot(labels, classes), 'float32');
    return {
      loss: div(neg(sum(mul(logarithms, right))), batch),
      gradient: div(sub(exp(logarithms), right), batch),
    };
  });
}
