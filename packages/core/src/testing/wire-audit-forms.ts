// The forms in which private numbers could hide on a wire: as they are or rescaled, in every common encoding.
import { toHalves } from '../tensors/index.ts';

/** What kind of numbers a private row holds; decides which rescalings are looked for besides the numbers themselves. */
export type RowKind = 'pixels' | 'generated' | 'plain';

/** Numbers that must not be sent: one image, the labels of a batch, one sample's noise. */
export interface PrivateRow {
  /** What a finding calls it, for example 'image 12'. */
  readonly what: string;
  /** Pixels are bytes from 0 to 255, generated pixels lie in [-1, 1], all else is searched for as it is. */
  readonly kind: RowKind;
  readonly values: ArrayLike<number>;
}

/** A row's numbers as they would stand on the wire. */
export interface Form {
  /** For messages: 'x / 255 as float16'. */
  readonly name: string;
  /** The numbers that the bytes stand for, after rounding: equal ones have equal bytes. */
  readonly elements: Float32Array | Int32Array | Uint16Array | Uint8Array | Int8Array;
}

type Rescaling = readonly [name: string, of: (value: number) => number];

const asItIs: Rescaling = ['x', (value) => value];
const RESCALINGS: Readonly<Record<RowKind, readonly Rescaling[]>> = {
  pixels: [asItIs, ['x / 255', (value) => value / 255], ['x / 127.5 - 1', (value) => value / 127.5 - 1]],
  generated: [
    asItIs,
    ['(x + 1) / 2', (value) => (value + 1) / 2],
    ['(x + 1) 127.5', (value) => (value + 1) * 127.5],
  ],
  plain: [asItIs],
};

/** Every encoding of the audit; all of them little-endian, as every platform with WebGPU or Node. */
const ENCODINGS: readonly (readonly [name: string, encode: (values: Float32Array) => Form['elements']])[] = [
  ['float32', (values) => values],
  ['float16', toHalves],
  ['float16, scaled', roundedToHalf],
  ['int32', (values) => Int32Array.from(values, Math.round)],
  ['uint8', (values) => Uint8Array.from(values, (value) => clamp(Math.round(value), 0, 255))],
  ['int8', toInt8],
];

/** The row in every form; those that round everything to a few values are left to `RowSearch` to judge. */
export function formsOf({ kind, values }: PrivateRow): Form[] {
  return RESCALINGS[kind].flatMap(([rescaling, of]) => {
    const rescaled = Float32Array.from(values, of);
    return ENCODINGS.map(([encoding, encode]) => ({
      name: `${rescaling} as ${encoding}`,
      elements: encode(rescaled),
    }));
  });
}

/**
 * What comes out of a frame of 16-bit numbers, as 32-bit floats: scaled by a power of two, every number keeps its
 * eleven significant bits (round to nearest, ties to even), however small it is.
 */
export function roundedToHalf(values: Float32Array): Float32Array {
  const bits = new Uint32Array(Float32Array.from(values).buffer);
  const rounded = bits.map((each) => (each + 0xfff + ((each >>> 13) & 1)) & ~0x1fff);
  return new Float32Array(rounded.buffer);
}

/** The usual symmetric quantisation: the row's largest magnitude becomes 127. */
function toInt8(values: Float32Array): Int8Array {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Int8Array.from(values, (value) => Math.round((127 * value) / (largest || 1)));
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
