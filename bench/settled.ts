// Waiting for an engine that computes later than it is told to.
import { reshape, slice, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Resolves when the engine has computed the tensor and all before it: one number of it is read back. */
export async function settled(result: Tensor): Promise<void> {
  const one = tidy(() => slice(reshape(result, [result.size]), 0, 1));
  await one.data();
  one.dispose();
}
