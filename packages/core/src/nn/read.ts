// Tensors back to plain numbers, many in one read.
import { concat, reshape, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** The values of all the tensors, as they are now, with a single read-back (which is slow on a GPU). */
export async function readAll(tensors: readonly Tensor[]): Promise<Float32Array[]> {
  if (tensors.length === 0) return [];
  const joined = tidy(() => concat(tensors.map((tensor) => reshape(tensor, [tensor.size]))));
  const values = await joined.data<'float32'>();
  joined.dispose();
  let start = 0;
  return tensors.map((tensor) => values.slice(start, (start += tensor.size)));
}
