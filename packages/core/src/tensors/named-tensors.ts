// Plain tensors with names: the one form in which weights and activations exist outside TensorFlow.js.

/** A tensor as plain numbers, row-major. */
export interface PlainTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Tensors by name, in a fixed order. Weights carry PyTorch's names and layouts everywhere outside `nn/`
 * (Linear [out, in]; Conv2d [out, in, kh, kw]; ConvTranspose2d [in, out, kh, kw]); see `architecture/`.
 */
export type NamedTensors = ReadonlyMap<string, PlainTensor>;

/** The number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The tensor of that name; throws a RangeError that names it when it is missing. */
export function tensorNamed(tensors: NamedTensors, name: string): PlainTensor {
  const tensor = tensors.get(name);
  if (!tensor) throw new RangeError(`no tensor is named "${name}"`);
  return tensor;
}

/** The name of the first tensor with a number that is not finite; undefined where there is none. */
export function notFinite(tensors: NamedTensors): string | undefined {
  return [...tensors].find(([, { data }]) => !allFinite(data))?.[0];
}

/** Whether every number is finite: one NaN or infinity times zero spoils the sum, without a branch per number. */
export function allFinite(values: Float32Array): boolean {
  let spoilt = 0;
  // eslint-disable-next-line @typescript-eslint/prefer-for-of -- over a Float32Array, for-of takes six times as long (Node 20)
  for (let i = 0; i < values.length; i++) spoilt += (values[i] ?? 0) * 0;
  return spoilt === 0;
}
