// How a tensor's numbers become bytes; a further encoding is one more entry of the table.
/* eslint-disable @typescript-eslint/prefer-for-of -- over a Float32Array, for-of takes six times as long (Node 20) */
import {
  elementCount,
  type Encoding,
  ENCODINGS,
  encodedBytes,
  fromHalves,
  halfExponent,
  HalfTensor,
  type PlainTensor,
  SCALE_BYTES,
  toHalves,
} from '../tensors/index.ts';
import { malformed } from './frame-table.ts';
import { decodeInt8, encodeInt8, type Rounding } from './int8.ts';

/** One way to write finite numbers; bytes are little-endian, as is every platform with WebGPU or Node. */
export interface NumberCodec {
  /** The encoding's number in a frame's header. */
  readonly id: number;
  /** Encodes finite numbers into exactly `encodedBytes`. */
  encode(tensor: PlainTensor, rounding?: Rounding): Uint8Array;
  /** Decodes bytes that start a buffer of their own; the result may share them. May yield non-finite numbers. */
  decode(bytes: Uint8Array<ArrayBuffer>, shape: readonly number[]): Float32Array;
}

/** The scales that can occur: the largest magnitude, 2^-149 to just under 2^128, moves to [2^15, 2^16). */
const LEAST_EXPONENT = -112;
const GREATEST_EXPONENT = 164;

export const CODECS: Readonly<Record<Encoding, NumberCodec>> = {
  float32: {
    id: 1,
    encode: ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    decode: (bytes, shape) => new Float32Array(bytes.buffer, 0, elementCount(shape)),
  },
  float16: {
    id: 2,
    encode: (tensor) => {
      const { shape, halves, exponent } = tensor instanceof HalfTensor ? tensor : toHalfTensor(tensor);
      const bytes = new Uint8Array(encodedBytes('float16', shape));
      new DataView(bytes.buffer).setInt32(0, exponent, true);
      bytes.set(new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength), SCALE_BYTES);
      return bytes;
    },
    decode: (bytes, shape) => {
      const exponent = new DataView(bytes.buffer).getInt32(0, true);
      if (exponent < LEAST_EXPONENT || exponent > GREATEST_EXPONENT)
        throw malformed(`A tensor's scale of 2^${exponent} is out of range.`);
      return fromHalves(new Uint16Array(bytes.buffer, SCALE_BYTES, elementCount(shape)), 2 ** -exponent);
    },
  },
  int8: { id: 3, encode: encodeInt8, decode: decodeInt8 },
};

/** The encoding with that number in a frame's header. */
export function encodingWithId(id: number): Encoding | undefined {
  return ENCODINGS.find((name) => CODECS[name].id === id);
}

function toHalfTensor({ data, shape }: PlainTensor): HalfTensor {
  const exponent = halfExponent(largestMagnitude(data));
  return new HalfTensor(shape, toHalves(exponent === 0 ? data : scaled(data, 2 ** exponent)), exponent);
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
