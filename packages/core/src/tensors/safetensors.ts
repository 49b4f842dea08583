// Reads and writes safetensors files: an 8-byte header length, a JSON header, then the tensors' bytes.
import { z } from 'zod';
import { elementCount, type NamedTensors, type PlainTensor } from './named-tensors.ts';

/** Longest header that is read; the format's own limit. */
const MAX_HEADER_BYTES = 100_000_000;

/** Most tensors in one file that are read. */
const MAX_TENSORS = 100_000;

/** Most elements of one axis, so that products of sizes stay exact. */
const MAX_AXIS = 2 ** 31;

/** Bytes of the header's length, a little-endian 64-bit integer. */
const LENGTH_BYTES = 8;

/** Readers map files into memory, so the tensors' bytes start at a multiple of this. */
const ALIGNMENT = 8;

/** What fills the header up. */
const SPACE = 0x20;

const entrySchema = z.strictObject({
  dtype: z.string().max(16),
  shape: z.array(z.int().min(0).max(MAX_AXIS)).max(8),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

const headerSchema = z
  .looseObject({ __metadata__: z.record(z.string(), z.string()).optional() })
  .refine((header) => Object.keys(header).length <= MAX_TENSORS, `more than ${MAX_TENSORS} tensors`);

/** How each element type becomes floats. Safetensors and every platform of ours are little-endian. */
const elementTypes: Readonly<Record<string, ElementType>> = {
  F32: { bytes: 4, read: (buffer) => new Float32Array(buffer) },
  I32: { bytes: 4, read: (buffer) => Float32Array.from(new Int32Array(buffer)) },
  I64: { bytes: 8, read: (buffer) => Float32Array.from(new BigInt64Array(buffer), Number) },
};

interface ElementType {
  readonly bytes: number;
  readonly read: (buffer: ArrayBuffer) => Float32Array;
}

/** A file's tensors in the order of their bytes, and the texts that stand beside them. */
export interface SafetensorsFile {
  readonly tensors: NamedTensors;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The file as bytes: the tensors in their order as 32-bit floats. */
export function writeSafetensors(
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    if (name === '__metadata__') throw new RangeError('a tensor cannot be named "__metadata__"');
    if (data.length !== elementCount(shape))
      throw new RangeError(`"${name}" has ${data.length} numbers but its shape is [${shape.join(', ')}]`);
    header.push([name, { dtype: 'F32', shape, data_offsets: [end, (end += data.byteLength)] }]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const start = LENGTH_BYTES + Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(start + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - LENGTH_BYTES), true);
  file.set(text, LENGTH_BYTES);
  file.fill(SPACE, LENGTH_BYTES + text.length, start);
  let at = start;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/** Reads a file; throws a RangeError that says what is wrong with it. Integers become floats. */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { header, body } = split(bytes);
  const { __metadata__: metadata, ...rest } = parsed(headerSchema, header, 'its header');
  const entries = Object.entries(rest).map(([name, entry]) => ({ name, ...readEntry(name, entry, body) }));
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
  let end = 0;
  for (const entry of entries) {
    if (entry.start !== end) throw wrong(`the bytes of "${entry.name}" do not follow those before it`);
    end = entry.end;
  }
  if (end !== body.byteLength)
    throw wrong(
      `its tensors end at byte ${end} of ${body.byteLength}: the file is cut short or has something behind it`,
    );
  return { tensors: new Map(entries.map(({ name, tensor }) => [name, tensor])), metadata: metadata ?? {} };
}

function split(bytes: Uint8Array): { header: unknown; body: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < LENGTH_BYTES) throw wrong(`it has only ${bytes.length} bytes`);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) throw wrong(`it announces a header of ${length.toString()} bytes`);
  const start = LENGTH_BYTES + Number(length);
  if (start > bytes.length) throw wrong('it ends inside its header');
  return { header: json(bytes.subarray(LENGTH_BYTES, start)), body: bytes.subarray(start) };
}

function json(text: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch {
    throw wrong('its header is not JSON');
  }
}

function readEntry(
  name: string,
  value: unknown,
  body: Uint8Array,
): { start: number; end: number; tensor: PlainTensor } {
  const entry = parsed(entrySchema, value, `the entry of "${name}"`);
  const [start, end] = entry.data_offsets;
  const type = elementTypes[entry.dtype];
  if (!type)
    throw wrong(`"${name}" holds ${entry.dtype}; only ${Object.keys(elementTypes).join(', ')} are read`);
  const count = elementCount(entry.shape);
  if (end - start !== count * type.bytes)
    throw wrong(
      `"${name}" takes ${end - start} bytes but [${entry.shape.join(', ')}] of ${entry.dtype} need ${count * type.bytes}`,
    );
  if (end > body.byteLength) throw wrong(`"${name}" ends behind the end of the file`);
  // A copy, because the bytes may lie anywhere in a larger buffer and typed arrays want them aligned.
  const data = type.read(new Uint8Array(body.subarray(start, end)).buffer);
  return { start, end, tensor: { shape: entry.shape, data } };
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (!result.success) throw wrong(`${what} is malformed: ${z.prettifyError(result.error)}`);
  return result.data;
}

function wrong(what: string): RangeError {
  return new RangeError(`this is not a safetensors file that can be read: ${what}`);
}
