// One binary message: header, tensor table and numbers in a single buffer, checked in full before use.
import {
  allFinite,
  elementCount,
  encodedBytes,
  type Encoding,
  HalfTensor,
  type NamedTensors,
  type PlainTensor,
} from '../tensors/index.ts';
import { CODECS, encodingWithId } from './encoding.ts';
import { TesseraError } from './errors.ts';
import {
  aligned,
  malformed,
  readTable,
  requireZeros,
  tableBytes,
  type TensorSpec,
  writeTable,
} from './frame-table.ts';
import type { Rounding } from './int8.ts';
import { MAXIMUM_TENSORS } from './limits.ts';
import { PROTOCOL_VERSION } from './version.ts';

/** What a frame is for; its number in the header is its place in this list, counted from 1. */
export const FRAME_KINDS = [
  'exchange',
  'layers',
  'preview',
  'speed-check',
  'synthetic',
  'classifier',
  'community',
  'global',
] as const;
export type FrameKind = (typeof FRAME_KINDS)[number];

/** Where a frame belongs and how its numbers are written. */
export interface FrameHeader {
  readonly kind: FrameKind;
  /** The start of the coordinator that the frame belongs to; 32 bits, as round and step are. */
  readonly run: number;
  readonly round: number;
  readonly step: number;
  /** 16 bits. */
  readonly exchange: number;
  readonly encoding: Encoding;
}

/** A header and its tensors, in order. */
export interface Frame {
  readonly header: FrameHeader;
  readonly tensors: NamedTensors;
}

/**
 * The fixed part, little-endian: magic (u32), version (u16), kind (u8), encoding (u8), run, round, step (u32 each),
 * exchange (u16), tensors (u16), bytes of the table (u32), bytes of the payload (u32).
 */
export const HEADER_BYTES = 32;
const MAGIC = 0x41525354; // the bytes 'TSRA'

/** The exact length of a frame with these tensors. */
export function frameBytes(specs: readonly TensorSpec[], encoding: Encoding): number {
  return HEADER_BYTES + tableBytes(specs) + payloadBytes(specs, encoding);
}

/**
 * Packs a frame; a tensor with a number that is not finite is refused by name ('tensor-not-finite'). `roundingOf` says
 * how a tensor is rounded where the encoding leaves a choice.
 */
export function encodeFrame(
  { header, tensors }: Frame,
  roundingOf?: (name: string, tensor: PlainTensor) => Rounding,
): Uint8Array<ArrayBuffer> {
  const codec = CODECS[header.encoding];
  const specs = [...tensors].map(([name, { shape }]) => ({ name, shape }));
  if (specs.length > MAXIMUM_TENSORS)
    throw new RangeError(`${specs.length} tensors are too many for a frame`);
  const bytes = new Uint8Array(frameBytes(specs, header.encoding));
  let at = HEADER_BYTES + tableBytes(specs);
  writeHeader(new DataView(bytes.buffer), header, { tensors: specs.length, table: at - HEADER_BYTES });
  writeTable(specs, bytes.subarray(HEADER_BYTES, at));
  for (const [name, tensor] of tensors) {
    const { shape } = tensor;
    const isHalf = tensor instanceof HalfTensor; // its numbers are finite, and no array of floats before they are asked for
    const { length } = isHalf ? tensor.halves : tensor.data;
    if (length !== elementCount(shape))
      throw new RangeError(`tensor "${name}" has ${length} numbers for the shape [${shape.join(', ')}]`);
    if (!isHalf) requireFinite(name, tensor.data);
    bytes.set(codec.encode(tensor, roundingOf?.(name, tensor)), at);
    at += aligned(encodedBytes(header.encoding, shape));
  }
  return bytes;
}

/**
 * Reads where a frame belongs, without touching its tensors; throws when the bytes cannot be a frame, or are more
 * than `maximumBytes` (`maximumFrameBytes` of the run).
 */
export function decodeFrameHeader(bytes: Uint8Array, maximumBytes = Infinity): FrameHeader {
  if (bytes.length > maximumBytes)
    throw new TesseraError(
      'frame-too-large',
      `A frame of ${bytes.length} bytes came; this run's are at most ${maximumBytes}.`,
    );
  return readPreamble(bytes).header;
}

/** Reads names and shapes without touching the numbers. */
export function decodeFrameTable(bytes: Uint8Array): readonly TensorSpec[] {
  const { tensors, table } = readPreamble(bytes);
  return readTable(bytes.subarray(HEADER_BYTES, HEADER_BYTES + table), tensors);
}

/**
 * Unpacks a frame that must hold exactly the expected tensors, in that order. Throws 'frame-malformed' for bytes that
 * are no frame, 'frame-mismatch' for other tensors, 'tensor-not-finite' (by name) for a NaN or an infinity.
 * The result shares no memory with the bytes, which may start at any address.
 */
export function decodeFrame(bytes: Uint8Array, expected: readonly TensorSpec[]): Frame {
  const { header } = readPreamble(bytes);
  requireSameTensors(decodeFrameTable(bytes), expected);
  if (bytes.length !== frameBytes(expected, header.encoding))
    throw malformed('Its payload is longer or shorter than its tensors.');
  const codec = CODECS[header.encoding];
  const tensors = new Map<string, PlainTensor>();
  let at = HEADER_BYTES + tableBytes(expected);
  for (const { name, shape } of expected) {
    const length = encodedBytes(header.encoding, shape);
    const own = new Uint8Array(length); // Node's Buffers start at any address, typed views do not
    own.set(bytes.subarray(at, at + length));
    requireZeros(bytes.subarray(at + length, at + aligned(length)));
    const data = codec.decode(own, shape);
    requireFinite(name, data);
    tensors.set(name, { shape, data });
    at += aligned(length);
  }
  return { header, tensors };
}

function payloadBytes(specs: readonly TensorSpec[], encoding: Encoding): number {
  return specs.reduce((sum, { shape }) => sum + aligned(encodedBytes(encoding, shape)), 0);
}

function writeHeader(view: DataView, header: FrameHeader, sizes: { tensors: number; table: number }): void {
  const { kind, encoding, run, round, step, exchange } = header;
  const fits = [run, round, step].every((value) => isUint(value, 32)) && isUint(exchange, 16);
  if (!fits)
    throw new RangeError(`run ${run}, round ${round}, step ${step}, exchange ${exchange} do not fit`);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, PROTOCOL_VERSION, true);
  view.setUint8(6, FRAME_KINDS.indexOf(kind) + 1);
  view.setUint8(7, CODECS[encoding].id);
  view.setUint32(8, run, true);
  view.setUint32(12, round, true);
  view.setUint32(16, step, true);
  view.setUint16(20, exchange, true);
  view.setUint16(22, sizes.tensors, true);
  view.setUint32(24, sizes.table, true);
  view.setUint32(28, view.byteLength - HEADER_BYTES - sizes.table, true);
}

/** The header, the number of tensors and the bytes of their table, with the lengths made sure of. */
function readPreamble(bytes: Uint8Array): { header: FrameHeader; tensors: number; table: number } {
  if (bytes.length < HEADER_BYTES) throw malformed(`${bytes.length} bytes are fewer than a header.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw malformed('It does not begin as one.');
  const version = view.getUint16(4, true);
  if (version !== PROTOCOL_VERSION)
    throw new TesseraError(
      'version-mismatch',
      `A frame of version ${version} came; ours is ${PROTOCOL_VERSION}.`,
    );
  const kind = FRAME_KINDS[view.getUint8(6) - 1];
  const encoding = encodingWithId(view.getUint8(7));
  if (!kind || !encoding) throw malformed('Its kind or its encoding is unknown.');
  const [tensors, table, payload] = [
    view.getUint16(22, true),
    view.getUint32(24, true),
    view.getUint32(28, true),
  ];
  if (tensors > MAXIMUM_TENSORS) throw malformed(`It claims ${tensors} tensors.`);
  if (HEADER_BYTES + table + payload !== bytes.length)
    throw malformed('Its length is not what its header says.');
  const [run, round, step] = [view.getUint32(8, true), view.getUint32(12, true), view.getUint32(16, true)];
  return {
    header: { kind, run, round, step, exchange: view.getUint16(20, true), encoding },
    tensors,
    table,
  };
}

function requireSameTensors(found: readonly TensorSpec[], expected: readonly TensorSpec[]): void {
  const text = (specs: readonly TensorSpec[]) =>
    specs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`);
  const [held, wanted] = [text(found), text(expected)];
  const different = wanted.findIndex((spec, i) => spec !== held[i]);
  if (different < 0 && held.length === wanted.length) return;
  const at = different < 0 ? wanted.length : different;
  throw new TesseraError(
    'frame-mismatch',
    `A frame holds ${held[at] ?? 'nothing'} where ${wanted[at] ?? 'nothing'} was expected.`,
  );
}

function requireFinite(name: string, data: Float32Array): void {
  if (allFinite(data)) return;
  throw new TesseraError('tensor-not-finite', `Tensor "${name}" holds a NaN or an infinity.`);
}

function isUint(value: number, bits: 16 | 32): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** bits;
}
