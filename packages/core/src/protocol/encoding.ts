// How a tensor's numbers become bytes; a further encoding is one more entry of the table.
/* eslint-disable @typescript-eslint/prefer-for-of -- over a Float32Array, for-of takes six times as long (Node 20) */
import { TesseraError } from './errors.ts';
import { fromHalves, HALF_MAXIMUM, toHalves } from './half.ts';

/** The encodings of a run, by the name that its settings and its frames carry. */
export type Encoding = 'float32' | 'float16';

/** One way to write finite numbers; bytes are little-endian, as is every platform with WebGPU or Node. */
export interface NumberCodec {
  /** The encoding's number in a frame's header. */
  readonly id: number;
  /** Bytes that `count` numbers take, before padding. */
  byteLength(count: number): number;
  /** Encodes finite numbers into exactly `byteLength` bytes. */
  encode(values: Float32Array): Uint8Array;
  /** Decodes bytes that start a buffer of their own; the result may share them. May yield non-finite numbers. */
  decode(bytes: Uint8Array<ArrayBuffer>, count: number): Float32Array;
}

/** Bytes of the scale that goes before half-precision numbers. */
const SCALE_BYTES = 4;
/**
 * Tensors whose largest magnitude lies in here travel as they are. Gradients late in training lie far below, where
 * half precision has few bits or none; they are moved up by a power of two, which loses nothing.
 */
const UNSCALED_FROM = 2 ** -6;
/** The scales that can occur: the largest magnitude, 2^-149 to just under 2^128, moves to [2^15, 2^16). */
const LEAST_EXPONENT = -112;
const GREATEST_EXPONENT = 164;

export const CODECS: Readonly<Record<Encoding, NumberCodec>> = {
  float32: {
    id: 1,
    byteLength: (count) => 4 * count,
    encode: (values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    decode: (bytes, count) => new Float32Array(bytes.buffer, 0, count),
  },
  float16: {
    id: 2,
    byteLength: (count) => SCALE_BYTES + 2 * count,
    encode: (values) => {
      const exponent = scaleExponent(largestMagnitude(values));
      const bytes = new Uint8Array(SCALE_BYTES + 2 * values.length);
      new DataView(bytes.buffer).setInt32(0, exponent, true);
      const halves = toHalves(exponent === 0 ? values : scaled(values, 2 ** exponent));
      bytes.set(new Uint8Array(halves.buffer), SCALE_BYTES);
      return bytes;
    },
    decode: (bytes, count) => {
      const exponent = new DataView(bytes.buffer).getInt32(0, true);
      if (exponent < LEAST_EXPONENT || exponent > GREATEST_EXPONENT)
        throw new TesseraError('frame-malformed', `A tensor's scale of 2^${exponent} is out of range.`);
      return fromHalves(new Uint16Array(bytes.buffer, SCALE_BYTES, count), 2 ** -exponent);
    },
  },
};

/** The encoding with that number in a frame's header. */
export function encodingWithId(id: number): Encoding | undefined {
  const names = Object.keys(CODECS) as Encoding[]; // Object.keys forgets the key type.
  return names.find((name) => CODECS[name].id === id);
}

/** Whether every number is finite: one NaN or infinity times zero spoils the sum, without a branch per number. */
export function allFinite(values: Float32Array): boolean {
  let spoilt = 0;
  for (let i = 0; i < values.length; i++) spoilt += (values[i] ?? 0) * 0;
  return spoilt === 0;
}

function largestMagnitude(values: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i] ?? 0);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

/** A plain loop: `map` with a function takes three times as long here. */
function scaled(values: Float32Array, scale: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) result[i] = (values[i] ?? 0) * scale;
  return result;
}

/** The power of two by which a tensor is multiplied before it is rounded. */
function scaleExponent(largest: number): number {
  if (largest === 0 || (largest >= UNSCALED_FROM && largest <= HALF_MAXIMUM)) return 0;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, largest);
  return 15 - ((view.getUint16(0) >>> 4) - 1023); // the exponent's bits; a logarithm would have to be exact
}
