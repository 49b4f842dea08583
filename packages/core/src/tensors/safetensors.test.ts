import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSafetensors, writeSafetensors, type NamedTensors } from './index.ts';

const tensors: NamedTensors = new Map([
  ['block1.conv.weight', { shape: [2, 1, 1, 3], data: Float32Array.of(1, -2, 3.5, 0, Infinity, 1e-40) }],
  ['step', { shape: [], data: Float32Array.of(7) }],
  ['empty', { shape: [0, 4], data: new Float32Array() }],
]);

/** A file from a header as text and the bytes behind it. */
function file(header: string | object, body: Uint8Array = new Uint8Array()): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(body, 8 + text.length);
  return bytes;
}

function entry(dtype: string, shape: readonly number[], data_offsets: readonly number[]) {
  return { dtype, shape, data_offsets };
}

describe('safetensors', () => {
  test('SAFE-1: what was written is read back, names, order, shapes, bits and metadata', () => {
    const read = readSafetensors(writeSafetensors(tensors, { round: '3' }));
    expect([...read.tensors]).toEqual([...tensors]);
    expect(read.metadata).toEqual({ round: '3' });
  });

  test('SAFE-1: any tensors survive the way there and back, from any place in a buffer', () => {
    const tensor = fc.array(fc.float(), { maxLength: 20 }).map((numbers) => ({
      shape: [numbers.length],
      data: Float32Array.from(numbers),
    }));
    const named = fc.dictionary(
      fc.string().filter((name) => !name.startsWith('__')),
      tensor,
      { maxKeys: 8 },
    );
    fc.assert(
      fc.property(named, fc.integer({ min: 0, max: 9 }), (all, offset) => {
        const written = writeSafetensors(new Map(Object.entries(all)));
        const shifted = new Uint8Array(offset + written.length);
        shifted.set(written, offset);
        const read = readSafetensors(shifted.subarray(offset));
        expect(new Map(read.tensors)).toEqual(new Map(Object.entries(all)));
      }),
    );
  });

  test('SAFE-2: the header is padded so that the numbers start at a multiple of 8 bytes', () => {
    for (const name of ['a', 'ab', 'abc', 'abcd', 'abcde']) {
      const written = writeSafetensors(new Map([[name, { shape: [1], data: Float32Array.of(1) }]]));
      expect(new DataView(written.buffer).getBigUint64(0, true) % 8n).toBe(0n);
    }
  });

  test('SAFE-3: integers are read as floats, other types are refused by name', () => {
    const body = new Uint8Array([
      ...new Uint8Array(Int32Array.of(-5, 9).buffer),
      ...new Uint8Array(BigInt64Array.of(-6n).buffer),
    ]);
    const header = { labels: entry('I32', [2], [0, 8]), count: entry('I64', [], [8, 16]) };
    const read = readSafetensors(file(header, body)).tensors;
    expect(read.get('labels')).toEqual({ shape: [2], data: Float32Array.of(-5, 9) });
    expect(read.get('count')).toEqual({ shape: [], data: Float32Array.of(-6) });
    expect(() => readSafetensors(file({ half: entry('F16', [1], [0, 2]) }, new Uint8Array(2)))).toThrow(
      /"half" holds F16/,
    );
  });

  test.each([
    ['nothing at all', new Uint8Array(), /only 0 bytes/],
    ['a header longer than the file', file('{}').fill(9, 0, 1), /ends inside its header/],
    ['an absurd header length', file('{}').fill(255, 0, 8), /announces a header/],
    ['a header that is not JSON', file('{'), /not JSON/],
    ['a header that is no object', file('[1]'), /malformed/],
    ['an entry without a shape', file({ a: { dtype: 'F32', data_offsets: [0, 0] } }), /entry of "a"/],
    ['a negative size', file({ a: entry('F32', [-1], [0, 4]) }, new Uint8Array(4)), /entry of "a"/],
    [
      'a shape that does not fit its bytes',
      file({ a: entry('F32', [3], [0, 4]) }, new Uint8Array(4)),
      /"a" takes 4 bytes/,
    ],
    ['bytes beyond the end', file({ a: entry('F32', [2], [0, 8]) }, new Uint8Array(4)), /behind the end/],
    ['a gap between tensors', file({ a: entry('F32', [1], [4, 8]) }, new Uint8Array(8)), /do not follow/],
    [
      'tensors that share bytes',
      file({ a: entry('F32', [1], [0, 4]), b: entry('F32', [1], [0, 4]) }, new Uint8Array(4)),
      /"b" do not follow/,
    ],
    [
      'bytes behind the last tensor',
      file({ a: entry('F32', [1], [0, 4]) }, new Uint8Array(5)),
      /cut short or/,
    ],
    [
      'a huge shape of few bytes',
      file({ a: entry('F32', [2 ** 31, 2 ** 31, 0], [0, 4]) }, new Uint8Array(4)),
      /"a" takes/,
    ],
  ])('SAFE-4: %s is refused, and said', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(RangeError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  test('SAFE-4: a file cut at any byte is refused', () => {
    const written = writeSafetensors(tensors);
    for (let length = 0; length < written.length; length++)
      expect(() => readSafetensors(written.subarray(0, length))).toThrow(RangeError);
  });

  test('SAFE-4: a file with any one byte changed is read or refused with a RangeError', () => {
    const written = writeSafetensors(tensors);
    fc.assert(
      fc.property(fc.nat(written.length - 1), fc.nat(255), (at, value) => {
        const changed = written.slice();
        changed[at] = value;
        try {
          readSafetensors(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  test('SAFE-5: a tensor whose numbers do not fit its shape is not written', () => {
    const wrong = new Map([['a', { shape: [2], data: Float32Array.of(1) }]]);
    expect(() => writeSafetensors(wrong)).toThrow(/"a" has 1 numbers/);
    expect(() =>
      writeSafetensors(new Map([['__metadata__', { shape: [], data: Float32Array.of(1) }]])),
    ).toThrow(RangeError);
  });
});
