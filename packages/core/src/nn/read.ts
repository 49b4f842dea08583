// Tensors back to plain numbers, many in one read.
import { concat, reshape, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { HalfTensor, type PlainTensor } from '../tensors/index.ts';
import { NOT_FINITE } from './kernels/kernels.ts';
import { kernels } from './kernels/select.ts';

/** The values of all the tensors, as they are now, with a single read-back (which is slow on a GPU). */
export async function readAll(tensors: readonly Tensor[]): Promise<Float32Array[]> {
  if (tensors.length === 0) return [];
  const joined = tidy(() => concat(tensors.map((tensor) => reshape(tensor, [tensor.size]))));
  const values = await joined.data<'float32'>();
  joined.dispose();
  let start = 0;
  return tensors.map((tensor) => values.slice(start, (start += tensor.size)));
}

/** The same with their shapes. */
export async function readPlain(tensors: readonly Tensor[]): Promise<PlainTensor[]> {
  const data = (await readAll(tensors)).values();
  return tensors.map(({ shape }) => ({ shape: [...shape], data: data.next().value ?? new Float32Array() }));
}

/**
 * The tensors' values in half precision where the backend can read them so with half the bytes, else in full. A tensor
 * with a number that is not finite comes back as NaN.
 */
export async function readHalves(tensors: readonly Tensor[]): Promise<PlainTensor[]> {
  const { packHalves } = kernels();
  if (!packHalves || tensors.length === 0) return readPlain(tensors);
  const packed = tidy(() => packHalves(tensors));
  const words = await packed.data<'int32'>();
  packed.dispose();
  let start = 0;
  return tensors.map(({ shape, size }) => {
    const own = words.slice(start, (start += 1 + Math.ceil(size / 2)));
    const exponent = own[0] ?? NOT_FINITE;
    if (exponent === NOT_FINITE) return { shape: [...shape], data: new Float32Array(size).fill(NaN) };
    return new HalfTensor([...shape], new Uint16Array(own.buffer, own.BYTES_PER_ELEMENT, size), exponent);
  });
}
