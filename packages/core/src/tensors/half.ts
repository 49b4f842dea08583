// IEEE 754 half-precision floats, both ways, without Float16Array (Node 20 and 22 have none).
import type { PlainTensor } from './named-tensors.ts';

/** The largest finite half-precision number; what lies beyond it saturates. */
export const HALF_MAXIMUM = 65_504;

/**
 * Tensors whose largest magnitude lies between this and HALF_MAXIMUM travel as they are. Gradients late in training lie
 * far below, where half precision has few bits or none; they are moved up by a power of two, which loses nothing.
 */
export const UNSCALED_FROM = 2 ** -6;

/** The exponent to which a largest magnitude outside that range is moved: into [2^15, 2^16). */
export const SCALED_EXPONENT = 15;

/** The power of two by which a tensor is multiplied before it is rounded. */
export function halfExponent(largestMagnitude: number): number {
  if (largestMagnitude === 0 || (largestMagnitude >= UNSCALED_FROM && largestMagnitude <= HALF_MAXIMUM))
    return 0;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, largestMagnitude);
  return SCALED_EXPONENT - ((view.getUint16(0) >>> 4) - 1023); // the exponent's bits; a logarithm would have to be exact
}

// Bit patterns of 32-bit floats at which the conversion changes its rule.
const BITS_HALF_MAXIMUM = 0x477fe000;
const BITS_SMALLEST_NORMAL = 0x38800000; // 2^-14
const BITS_TIE_WITH_ZERO = 0x33000000; // 2^-25, half of the smallest subnormal
const EXPONENT_DIFFERENCE = 0x38000000; // (127 - 15) << 23

/**
 * Rounds finite 32-bit floats to half precision, to nearest and ties to even, subnormals included.
 * Magnitudes above 65504 become 65504: one clipped activation is better than a lost step.
 */
export function toHalves(values: Float32Array): Uint16Array<ArrayBuffer> {
  const source = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < source.length; i++) {
    const bits = source[i] ?? 0;
    const magnitude = bits & 0x7fffffff;
    let half = 0;
    if (magnitude >= BITS_HALF_MAXIMUM) {
      half = 0x7bff;
    } else if (magnitude >= BITS_SMALLEST_NORMAL) {
      half = (magnitude - EXPONENT_DIFFERENCE + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
    } else if (magnitude > BITS_TIE_WITH_ZERO) {
      const shift = 126 - (magnitude >>> 23);
      const significand = (magnitude & 0x7fffff) | 0x800000;
      half = (significand + (1 << (shift - 1)) - 1 + ((significand >>> shift) & 1)) >>> shift;
    }
    halves[i] = ((bits >>> 16) & 0x8000) | half;
  }
  return halves;
}

/** The value of every half-precision bit pattern, made at the first use (256 KiB). */
let valueOfHalf: Float32Array | undefined;

function valuesOfHalves(): Float32Array {
  return Float32Array.from({ length: 1 << 16 }, (_, half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (1024 + fraction) * 2 ** (exponent - 25);
  });
}

/** Widens half-precision numbers to 32-bit floats, exactly, times `scale`. */
export function fromHalves(halves: Uint16Array, scale = 1): Float32Array<ArrayBuffer> {
  valueOfHalf ??= valuesOfHalves();
  const table = valueOfHalf;
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = (table[halves[i] ?? 0] ?? 0) * scale;
  return values;
}

/** A tensor whose numbers are in half precision already, times 2^exponent, row-major: a fast read-back from a GPU. */
export class HalfTensor implements PlainTensor {
  readonly shape: readonly number[];
  readonly halves: Uint16Array<ArrayBuffer>;
  readonly exponent: number;

  constructor(shape: readonly number[], halves: Uint16Array<ArrayBuffer>, exponent: number) {
    this.shape = shape;
    this.halves = halves;
    this.exponent = exponent;
  }

  /** The numbers in full, converted at each call. */
  get data(): Float32Array {
    return fromHalves(this.halves, 2 ** -this.exponent);
  }
}
