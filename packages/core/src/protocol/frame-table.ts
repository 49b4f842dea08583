// The tensor table of a frame: names and shapes, in the order of the payload.
import { TesseraError } from './errors.ts';
import { MAXIMUM_NAME_BYTES, MAXIMUM_RANK } from './limits.ts';

/** A tensor's name and shape, as both sides know it before a frame arrives. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Starts with a letter, so that no name is that of a hidden property; ASCII, so that characters are bytes. */
const NAME = /^[A-Za-z][A-Za-z0-9._-]*$/;

/** Rounds a number of bytes up to the frame's alignment. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

/** Bytes of the table: per tensor the name's length, the rank, the name and 4 bytes a dimension; then padding. */
export function tableBytes(specs: readonly TensorSpec[]): number {
  return aligned(specs.reduce((sum, { name, shape }) => sum + 2 + name.length + 4 * shape.length, 0));
}

/** Writes the table; a name or a shape that no frame can carry is a RangeError. */
export function writeTable(specs: readonly TensorSpec[], target: Uint8Array): void {
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  let at = 0;
  for (const { name, shape } of specs) {
    if (!isName(name)) throw new RangeError(`"${name}" is no name for a tensor in a frame`);
    if (!isShape(shape)) throw new RangeError(`[${shape.join(', ')}] is no shape for a tensor in a frame`);
    target[at++] = name.length;
    target[at++] = shape.length;
    for (let i = 0; i < name.length; i++) target[at++] = name.charCodeAt(i);
    for (const size of shape) {
      view.setUint32(at, size, true);
      at += 4;
    }
  }
}

/** Reads a table of `count` tensors that fills the bytes exactly; throws 'frame-malformed' otherwise. */
export function readTable(bytes: Uint8Array, count: number): readonly TensorSpec[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const specs: TensorSpec[] = [];
  const names = new Set<string>();
  let at = 0;
  const take = (length: number) => {
    if (at + length > bytes.length) throw malformed('Its tensor table ends too early.');
    at += length;
    return at - length;
  };
  for (let tensor = 0; tensor < count; tensor++) {
    const start = take(2);
    const nameLength = view.getUint8(start);
    const rank = view.getUint8(start + 1);
    if (nameLength > MAXIMUM_NAME_BYTES || rank > MAXIMUM_RANK)
      throw malformed('A name or a shape in its table is too long.');
    const nameAt = take(nameLength);
    const name = String.fromCharCode(...bytes.subarray(nameAt, nameAt + nameLength));
    const shape = Array.from({ length: rank }, () => view.getUint32(take(4), true));
    if (!isName(name) || !isShape(shape))
      throw malformed('Its table has a name or a shape that none may have.');
    if (names.has(name)) throw malformed(`It holds "${name}" twice.`);
    names.add(name);
    specs.push({ name, shape });
  }
  if (aligned(at) !== bytes.length) throw malformed('Its tensor table is longer than its tensors.');
  requireZeros(bytes.subarray(at));
  return specs;
}

/** Padding is zero, so that every frame has one form only and no byte carries anything unnamed. */
export function requireZeros(padding: Uint8Array): void {
  if (padding.some((byte) => byte !== 0)) throw malformed('Its padding is not zero.');
}

/** The error for bytes that are no frame. */
export function malformed(detail: string): TesseraError {
  return new TesseraError('frame-malformed', `A frame cannot be read. ${detail}`);
}

function isName(name: string): boolean {
  return name.length <= MAXIMUM_NAME_BYTES && NAME.test(name);
}

function isShape(shape: readonly number[]): boolean {
  const whole = shape.every((size) => Number.isInteger(size) && size >= 1 && size <= 0xffff_ffff);
  return whole && shape.length <= MAXIMUM_RANK;
}
