// The ways to write a tensor's numbers for the wire, and how many bytes each takes; `protocol/` turns them into bytes.
import { elementCount } from './named-tensors.ts';

/** The encodings of a run, by the name that its settings and its frames carry. */
export const ENCODINGS = ['float32', 'float16', 'int8'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Bytes of one scale: a 32-bit float, or the power of two before half-precision numbers. */
export const SCALE_BYTES = 4;

/** The channels of a tensor that are scaled apart: its last axis; a vector has one scale. */
export function scaledChannels(shape: readonly number[]): number {
  return shape.length < 2 ? 1 : (shape.at(-1) ?? 1);
}

/** Bytes of a tensor of this shape, its scales included and padding left out. */
export function encodedBytes(encoding: Encoding, shape: readonly number[]): number {
  const count = elementCount(shape);
  switch (encoding) {
    case 'float32':
      return 4 * count;
    case 'float16':
      return SCALE_BYTES + 2 * count;
    case 'int8':
      return SCALE_BYTES * scaledChannels(shape) + count;
    default:
      return encoding satisfies never;
  }
}
