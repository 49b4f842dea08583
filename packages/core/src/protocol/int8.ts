// Numbers in 8 bits: a scale per channel, chance in the rounding, and a memory of what rounding took from gradients.
import type { Random } from '../random.ts';
import { allFinite, type PlainTensor, SCALE_BYTES, scaledChannels } from '../tensors/index.ts';
import { malformed } from './frame-table.ts';

/** The whole numbers that travel are -127 to 127; -128 would be a second way to write the largest magnitude. */
const LEVELS = 127;
/** The largest 32-bit float of which 127 fit into one. */
const LARGEST_SCALE = 2 ** 121;
/** Chances that the rounding of one number can tell apart. */
const CHANCE_STEPS = 2 ** 16;

/** How a sender rounds; without it numbers go to the nearest level. */
export interface Rounding {
  /** Rounds up with the probability of the fraction, so that the expected number is the true one. */
  readonly random: Random;
  /**
   * What rounding took from the tensor before, as the mean over its rows (the first axis): added to every row of
   * this one, then replaced. Rows of two batches are different samples, so one row's error is of no use to
   * another row; what the receiver does with gradients is to add them up over the rows, and of that sum nothing
   * stays lost (error feedback: Seide et al. 2014, Karimireddy et al. 2019). Activations are not added up: they
   * travel without it.
   */
  readonly carried?: Float32Array;
}

/** Writes finite numbers as one scale a channel (32-bit floats, largest magnitude / 127) and a byte a number. */
export function encodeInt8({ shape, data }: PlainTensor, rounding?: Rounding): Uint8Array {
  const channels = scaledChannels(shape);
  const values = rounding?.carried ? withCarried(data, rounding.carried) : data;
  const scales = channelScales(values, channels);
  const bytes = new Uint8Array(SCALE_BYTES * channels + values.length);
  bytes.set(new Uint8Array(scales.buffer));
  const levels = new Int8Array(bytes.buffer, SCALE_BYTES * channels);
  round(values, scales, { levels, seed: rounding?.random.nextUint32() });
  if (rounding?.carried) carry(rounding.carried, values, decodeLevels(levels, scales));
  return bytes;
}

/** Reads what `encodeInt8` writes into bytes that start a buffer of their own; anything else is 'frame-malformed'. */
export function decodeInt8(bytes: Uint8Array<ArrayBuffer>, shape: readonly number[]): Float32Array {
  const channels = scaledChannels(shape);
  const scales = new Float32Array(bytes.buffer, 0, channels);
  // NaN fails the comparison; Object.is tells the zero that is written from the one that is not.
  if (!scales.every((scale) => scale >= 0 && scale <= LARGEST_SCALE && !Object.is(scale, -0)))
    throw malformed('A scale of its 8-bit numbers is out of range.');
  const levels = new Int8Array(bytes.buffer, SCALE_BYTES * channels);
  if (levels.includes(-LEVELS - 1)) throw malformed('An 8-bit number is out of range.');
  return decodeLevels(levels, scales);
}

function decodeLevels(levels: Int8Array, scales: Float32Array): Float32Array {
  const values = new Float32Array(levels.length);
  for (let i = 0; i < values.length;)
    for (let channel = 0; channel < scales.length; channel++, i++)
      values[i] = (levels[i] ?? 0) * (scales[channel] ?? 0);
  return values;
}

/** Each channel's largest magnitude over 127; 0 for a channel of zeros. */
function channelScales(values: Float32Array, channels: number): Float32Array<ArrayBuffer> {
  const scales = new Float32Array(channels);
  for (let i = 0; i < values.length;) {
    for (let channel = 0; channel < channels; channel++, i++) {
      const magnitude = Math.abs(values[i] ?? 0);
      if (magnitude > (scales[channel] ?? 0)) scales[channel] = magnitude;
    }
  }
  return scales.map((largest) => Math.min(LARGEST_SCALE, largest / LEVELS));
}

/**
 * Divides by the scales and rounds: down, after a chance from 0 to 1 was added, or after a half without a seed. The
 * chances are Marsaglia's xorshift of 32 bits: drawing each from `Random` would take four times as long as all else.
 */
function round(
  values: Float32Array,
  scales: Float32Array,
  { levels, seed }: { readonly levels: Int8Array; readonly seed: number | undefined },
): void {
  const inverse = Float64Array.from(scales, (scale) => (scale === 0 ? 0 : 1 / scale));
  let word = (seed ?? 0) | 1; // from 0 it would never move
  let chance = 0.5;
  for (let i = 0; i < levels.length;) {
    for (let channel = 0; channel < inverse.length; channel++, i++) {
      if (seed !== undefined) {
        word ^= word << 13;
        word ^= word >>> 17;
        word ^= word << 5;
        chance = ((word >>> 16) + 0.5) / CHANCE_STEPS;
      }
      const level = Math.floor((values[i] ?? 0) * (inverse[channel] ?? 0) + chance);
      levels[i] = level > LEVELS ? LEVELS : level < -LEVELS ? -LEVELS : level;
    }
  }
}

function withCarried(values: Float32Array, carried: Float32Array): Float32Array {
  const moved = new Float32Array(values.length);
  for (let i = 0; i < moved.length;)
    for (let at = 0; at < carried.length; at++, i++) moved[i] = (values[i] ?? 0) + (carried[at] ?? 0);
  return moved;
}

/** Replaces `carried` by the mean over the rows of what was meant less what was sent. */
function carry(carried: Float32Array, meant: Float32Array, sent: Float32Array): void {
  const rows = meant.length / carried.length;
  carried.fill(0);
  for (let i = 0; i < meant.length;)
    for (let at = 0; at < carried.length; at++, i++)
      carried[at] = (carried[at] ?? 0) + ((meant[i] ?? 0) - (sent[i] ?? 0)) / rows;
  // Gradients at the end of the 32-bit range overflow; such a loss is not worth carrying.
  if (!allFinite(carried)) carried.fill(0);
}
