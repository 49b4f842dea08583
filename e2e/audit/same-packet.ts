// Whether a replay sent what the device sent: the same words and the same numbers, as far as two engines agree.
import { decodeFrame, decodeFrameHeader, decodeFrameTable, type Packet } from '@tessera/core/protocol';

/**
 * Two builds of a WebAssembly engine add in different orders, and a 16-bit number on the edge of rounding then differs
 * in its last bit, the tenth of its fraction.
 */
const TOLERANCE = 2 ** -10;
/** What measures time: it differs from run to run, and nothing private depends on it. */
const MEASURED = ['profile', 'computeSeconds'];

/** True when both say the same. */
export function isSamePacket(a: Packet, b: Packet): boolean {
  if (a.kind === 'frame') return b.kind === 'frame' && isSameFrame(a.bytes, b.bytes);
  return b.kind === 'control' && isSameValue(a.message, b.message);
}

function isSameFrame(a: Uint8Array, b: Uint8Array): boolean {
  const tables = [decodeFrameTable(a), decodeFrameTable(b)] as const;
  if (!isSameValue(decodeFrameHeader(a), decodeFrameHeader(b)) || !isSameValue(...tables)) return false;
  const [theirs, ours] = [decodeFrame(a, tables[0]).tensors, decodeFrame(b, tables[1]).tensors];
  return [...theirs].every(([name, { data }]) => areClose(data, ours.get(name)?.data));
}

/** No two numbers differ by more than the last bit of the largest. */
function areClose(a: Float32Array, b: Float32Array | undefined): boolean {
  const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.every((value, i) => Math.abs(value - (b?.[i] ?? NaN)) <= TOLERANCE * largest);
}

function isSameValue(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return Math.abs(a - b) <= (Number.isInteger(a) ? 0 : TOLERANCE * Math.abs(a));
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [ours, theirs] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    ours.length === theirs.size &&
    ours.every(
      ([key, value]) =>
        theirs.has(key) &&
        ((MEASURED.includes(key) && typeof value !== 'string') || isSameValue(value, theirs.get(key))),
    )
  );
}
