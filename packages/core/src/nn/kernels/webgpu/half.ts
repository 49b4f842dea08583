// Tensors into the wire's half precision on the GPU, so that half the bytes are read back and no processor converts them.
import type { Tensor } from '@tensorflow/tfjs-core';
import { HALF_MAXIMUM, SCALED_EXPONENT, UNSCALED_FROM } from '../../../tensors/index.ts';
import { NOT_FINITE } from '../kernels.ts';
import { elementwise } from './programs.ts';

/** Numbers that one thread looks through for the largest, at least. */
const STRETCH = 64;
/** Threads that look for the largest, at most: one more looks through what they found. */
const MOST_SEARCHERS = 1024;

/** See `Kernels.packHalves`. */
export function packHalves(tensors: readonly Tensor[]): Tensor {
  return tensors.map(packed).reduce(join);
}

/** Integer arithmetic as far as may be: GPUs round conversions as they like. */
function packed(x: Tensor): Tensor {
  const count = x.size;
  const searchers = Math.min(MOST_SEARCHERS, Math.ceil(count / STRETCH));
  const found = elementwise(
    `var value = 0;
     for (var k = i; k < ${count}; k += ${searchers}) { value = max(value, bitcast<i32>(x[k]) & 0x7fffffff); }`,
    { shape: [searchers], variables: { x }, type: 'int32' },
  );
  const exponent = elementwise(
    `var largest = 0;
     for (var k = 0; k < ${searchers}; k++) { largest = max(largest, found[k]); }
     let power = largest >> 23;
     var value = ${SCALED_EXPONENT} - (power - 127);
     if (power == 0 || (largest >= ${bitsOf(UNSCALED_FROM)} && largest <= ${bitsOf(HALF_MAXIMUM)})) { value = 0; }
     if (power == 255) { value = ${NOT_FINITE}; }`,
    { shape: [1], variables: { found }, type: 'int32' },
  );
  return elementwise(
    `var value = exponent[0];
     if (i > 0) {
       let first = 2 * (i - 1);
       value = toHalf(x[first], exponent[0]);
       if (first + 1 < ${count}) { value |= toHalf(x[first + 1], exponent[0]) << 16u; }
     }`,
    { shape: [1 + Math.ceil(count / 2)], variables: { x, exponent }, type: 'int32', functions: TO_HALF },
  );
}

/** The backend's own concat() moves integers as floats, which are too short for them. */
function join(a: Tensor, b: Tensor): Tensor {
  return elementwise(
    `var value = 0;
     if (i < ${a.size}) { value = a[i]; } else { value = b[i - ${a.size}]; }`,
    { shape: [a.size + b.size], variables: { a, b }, type: 'int32' },
  );
}

/** The bits of `number` times 2^exponent in half precision: to nearest, ties to even, saturating; see `toHalves`. */
const TO_HALF = `
  fn powerOfTwo(exponent : i32) -> f32 { return bitcast<f32>((exponent + 127) << 23u); }
  fn toHalf(number : f32, exponent : i32) -> i32 {
    let part = exponent / 2; // The whole power may be more than a float can hold.
    let bits = bitcast<i32>(number * powerOfTwo(part) * powerOfTwo(exponent - part));
    let sign = (bits >> 16u) & 0x8000;
    let magnitude = bits & 0x7fffffff;
    if (magnitude >= ${bitsOf(HALF_MAXIMUM)}) { return sign | 0x7bff; }
    if (magnitude >= ${bitsOf(2 ** -14)}) {
      return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >> 13u) & 1)) >> 13u);
    }
    if (magnitude <= ${bitsOf(2 ** -25)}) { return sign; }
    let shift = u32(126 - (magnitude >> 23u));
    let significand = (magnitude & 0x7fffff) | 0x800000;
    return sign | ((significand + (1 << (shift - 1u)) - 1 + ((significand >> shift) & 1)) >> shift);
  }`;

function bitsOf(number: number): number {
  return new Int32Array(Float32Array.of(number).buffer)[0] ?? 0;
}
