import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementCount, ENCODINGS, type NamedTensors, type PlainTensor } from '../tensors/index.ts';
import {
  decodeFrame,
  decodeFrameHeader,
  decodeFrameTable,
  encodeFrame,
  type Frame,
  FRAME_KINDS,
  frameBytes,
  type FrameHeader,
} from './frame.ts';
import type { TensorSpec } from './frame-table.ts';
import { codeOf } from './testing/code-of.ts';
import { PROTOCOL_VERSION } from './version.ts';

const header: FrameHeader = {
  kind: 'exchange',
  run: 7,
  round: 3,
  step: 41,
  exchange: 2,
  encoding: 'float32',
};
const tensors: NamedTensors = new Map<string, PlainTensor>([
  ['discriminator', { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-30, -7) }],
  ['discriminatorGradient', { shape: [1], data: Float32Array.of(0.25) }],
]);
const frame: Frame = { header, tensors };

function specsOf(named: NamedTensors): TensorSpec[] {
  return [...named].map(([name, { shape }]) => ({ name, shape }));
}

/** The frame's bytes with some of them overwritten. */
function altered(change: (view: DataView, bytes: Uint8Array) => void, original = encodeFrame(frame)) {
  const bytes = original.slice();
  change(new DataView(bytes.buffer), bytes);
  return bytes;
}

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const anyHeader = fc.record({
  kind: fc.constantFrom(...FRAME_KINDS),
  run: uint32,
  round: uint32,
  step: uint32,
  exchange: fc.integer({ min: 0, max: 0xffff }),
  encoding: fc.constantFrom(...ENCODINGS),
});
const anyName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9._-]{0,63}$/);
const anyTensor = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }).chain((shape) =>
  fc
    .float32Array({
      minLength: elementCount(shape),
      maxLength: elementCount(shape),
      noNaN: true,
      noDefaultInfinity: true,
    })
    .map((data) => ({ shape, data })),
);
const anyFrame = fc.record({
  header: anyHeader,
  tensors: fc
    .uniqueArray(fc.tuple(anyName, anyTensor), { maxLength: 6, selector: ([name]) => name })
    .map((list) => new Map(list)),
});

describe('a frame', () => {
  test('FRAME-1: any frame comes back with its header, names, order, shapes and 32-bit numbers', () => {
    fc.assert(
      fc.property(anyFrame, ({ header: head, tensors: named }) => {
        const sent: Frame = { header: { ...head, encoding: 'float32' }, tensors: named };
        const received = decodeFrame(encodeFrame(sent), specsOf(named));
        expect(received).toEqual(sent);
        expect([...received.tensors.keys()]).toEqual([...named.keys()]);
      }),
    );
  });

  test('FRAME-1: in 16 bits a number moves by at most one part in 1024, or 2^-19 of the largest', () => {
    fc.assert(
      fc.property(anyFrame, ({ header: head, tensors: named }) => {
        const sent: Frame = { header: { ...head, encoding: 'float16' }, tensors: named };
        const received = decodeFrame(encodeFrame(sent), specsOf(named));
        expect(received.header).toEqual(sent.header);
        for (const [name, { data }] of named) {
          const largest = data.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
          const floor = Math.max(largest * 2 ** -19, 2 ** -149);
          for (const [i, number] of data.entries()) {
            const moved = Math.abs((received.tensors.get(name)?.data[i] ?? NaN) - number);
            expect(moved).toBeLessThanOrEqual(Math.max(Math.abs(number) / 1024, floor));
          }
        }
      }),
    );
  });

  test('FRAME-1: in 8 bits a number moves by at most half of 1/127 of the largest of its channel', () => {
    fc.assert(
      fc.property(anyFrame, ({ header: head, tensors: named }) => {
        const sent: Frame = { header: { ...head, encoding: 'int8' }, tensors: named };
        const received = decodeFrame(encodeFrame(sent), specsOf(named));
        expect(received.header).toEqual(sent.header);
        for (const [name, { shape, data }] of named) {
          const channels = shape.length < 2 ? 1 : (shape.at(-1) ?? 1);
          for (const [i, number] of data.entries()) {
            const ofChannel = data.filter((_, at) => at % channels === i % channels);
            const largest = ofChannel.reduce((most, other) => Math.max(most, Math.abs(other)), 0);
            const moved = Math.abs((received.tensors.get(name)?.data[i] ?? NaN) - number);
            // Above 127 x 2^121 a channel saturates; far below, a scale has few bits itself.
            const saturated = Math.max(0, largest - 127 * 2 ** 121);
            expect(moved).toBeLessThanOrEqual((largest / 254) * (1 + 2 ** -15) + saturated + 2 ** -143);
          }
        }
      }),
    );
  });

  test('FRAME-2: the header is read without the tensors, and its place is kept to the last bit', () => {
    fc.assert(
      fc.property(anyFrame, (any) => {
        expect(decodeFrameHeader(encodeFrame(any))).toEqual(any.header);
        expect(decodeFrameTable(encodeFrame(any))).toEqual(specsOf(any.tensors));
      }),
    );
  });

  test.each([[{ run: -1 }], [{ run: 2 ** 32 }], [{ round: 0.5 }], [{ step: NaN }], [{ exchange: 65_536 }]])(
    'FRAME-2: a place that does not fit (%o) is never sent',
    (part) => {
      expect(() => encodeFrame({ header: { ...header, ...part }, tensors })).toThrow(RangeError);
    },
  );

  test('FRAME-3: a frame cut short or made longer anywhere is refused', () => {
    const bytes = encodeFrame(frame);
    for (let length = 0; length < bytes.length; length++)
      expect(codeOf(() => decodeFrame(bytes.subarray(0, length), specsOf(tensors)))).toBe('frame-malformed');
    const longer = new Uint8Array(bytes.length + 4);
    longer.set(bytes);
    expect(codeOf(() => decodeFrame(longer, specsOf(tensors)))).toBe('frame-malformed');
  });

  test('FRAME-4: random bytes are refused with a code, with a true header or without', () => {
    const start = encodeFrame(frame).subarray(0, 8);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, disguised) => {
        if (disguised) bytes.set(start.subarray(0, bytes.length));
        expect(codeOf(() => decodeFrame(bytes, specsOf(tensors)))).toBe('frame-malformed');
      }),
    );
  });

  test('FRAME-5: a frame with one changed byte is refused with a code, or has the shape and finite numbers', () => {
    fc.assert(
      fc.property(anyFrame, fc.nat(), fc.integer({ min: 1, max: 255 }), (any, position, flip) => {
        const bytes = encodeFrame(any);
        const at = position % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        const specs = specsOf(any.tensors);
        let received: Frame | undefined;
        const code = codeOf(() => (received = decodeFrame(bytes, specs)));
        if (!received) {
          expect(['frame-malformed', 'frame-mismatch', 'tensor-not-finite', 'version-mismatch']).toContain(
            code,
          );
          return;
        }
        expect(specsOf(received.tensors)).toEqual(specs);
        for (const { data } of received.tensors.values())
          expect(data.every((number) => Number.isFinite(number))).toBe(true);
        // What is not a number or a place is covered: such a frame would not have been read.
        expect(at >= bytes.length - payloadOf(any) || (at >= 6 && at < 22)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    [
      'another name',
      [
        { name: 'generator', shape: [2, 3] },
        { name: 'discriminatorGradient', shape: [1] },
      ],
    ],
    [
      'another shape of the same size',
      [
        { name: 'discriminator', shape: [3, 2] },
        { name: 'discriminatorGradient', shape: [1] },
      ],
    ],
    [
      'another order',
      [
        { name: 'discriminatorGradient', shape: [1] },
        { name: 'discriminator', shape: [2, 3] },
      ],
    ],
    ['one tensor too many', [{ name: 'discriminator', shape: [2, 3] }]],
    ['one tensor too few', [...specsOf(tensors), { name: 'generator', shape: [1] }]],
  ])('FRAME-6: a frame with %s than our model asks for is refused', (_, expected) => {
    expect(codeOf(() => decodeFrame(encodeFrame(frame), expected))).toBe('frame-mismatch');
  });

  test.each([NaN, Infinity, -Infinity])(
    'FRAME-7: a tensor with %d is refused by name, sent or received',
    (bad) => {
      for (const encoding of ENCODINGS) {
        const data = new Float32Array(6).fill(1);
        const good = encodeFrame({
          header: { ...header, encoding },
          tensors: new Map([['generator', { shape: [6], data }]]),
        });
        const spoilt = data.with(4, bad);
        const send = () =>
          encodeFrame({
            header: { ...header, encoding },
            tensors: new Map([['generator', { shape: [6], data: spoilt }]]),
          });
        expect(codeOf(send)).toBe('tensor-not-finite');
        expect(send).toThrow('"generator"');
        if (encoding === 'int8') continue; // Its bytes cannot say it, and its scales are FRAME-25.
        const bytes = altered((view) => {
          if (encoding === 'float32') view.setFloat32(good.length - 8, bad, true);
          else view.setUint16(good.length - 4, Number.isNaN(bad) ? 0x7e00 : bad > 0 ? 0x7c00 : 0xfc00, true);
        }, good);
        const receive = () => decodeFrame(bytes, [{ name: 'generator', shape: [6] }]);
        expect(codeOf(receive)).toBe('tensor-not-finite');
        expect(receive).toThrow('"generator"');
      }
    },
  );

  test('FRAME-8: bytes at an odd address are read, and the result shares no memory with them', () => {
    for (const encoding of ENCODINGS) {
      const bytes = encodeFrame({ header: { ...header, encoding }, tensors });
      for (const offset of [0, 1, 2, 3]) {
        const wide = new Uint8Array(bytes.length + 8);
        wide.set(bytes, offset);
        const received = decodeFrame(wide.subarray(offset, offset + bytes.length), specsOf(tensors));
        const before = received.tensors.get('discriminator')?.data.slice();
        wide.fill(0);
        expect(received.tensors.get('discriminator')?.data).toEqual(before);
        expect(before?.[1]).toBeCloseTo(-2, 6);
      }
    }
  });

  test('FRAME-9: the length of a frame is known from its tensors alone', () => {
    fc.assert(
      fc.property(anyFrame, (any) => {
        const bytes = encodeFrame(any);
        expect(bytes.length).toBe(frameBytes(specsOf(any.tensors), any.header.encoding));
        expect(bytes.length % 4).toBe(0);
      }),
    );
  });

  test.each(['', '__proto__', '_x', '9lives', 'has space', 'naïve', 'a/b', 'n'.repeat(65)])(
    'FRAME-13: the name "%s" is neither sent nor read',
    (name) => {
      const tensor: PlainTensor = { shape: [1], data: Float32Array.of(1) };
      expect(() => encodeFrame({ header, tensors: new Map([[name, tensor]]) })).toThrow(RangeError);
      const stand = name.length <= 64 ? 'n'.repeat(name.length) : 'n'.repeat(64);
      if (stand === '') return;
      const bytes = altered(
        (view, all) => {
          for (let i = 0; i < stand.length; i++) all[34 + i] = name.charCodeAt(i) & 0xff;
          if (name.length > 64) view.setUint8(32, name.length);
        },
        encodeFrame({ header, tensors: new Map([[stand, tensor]]) }),
      );
      expect(codeOf(() => decodeFrame(bytes, [{ name, shape: [1] }]))).toBe('frame-malformed');
    },
  );

  test('FRAME-14: a name that comes twice is refused', () => {
    const pair: NamedTensors = new Map(
      ['ab', 'cd'].map((name) => [name, { shape: [1], data: Float32Array.of(1) }]),
    );
    // Each entry has 2 + 2 + 4 bytes, so the second name stands at 32 + 8 + 2.
    const bytes = altered((_, all) => all.set([97, 98], 42), encodeFrame({ header, tensors: pair }));
    expect(codeOf(() => decodeFrameTable(bytes))).toBe('frame-malformed');
    expect(() => decodeFrameTable(bytes)).toThrow('"ab" twice');
  });

  test.each<[string, (view: DataView, bytes: Uint8Array) => void]>([
    ['another beginning', (view) => view.setUint8(0, 0x58)],
    ['an unknown kind', (view) => view.setUint8(6, FRAME_KINDS.length + 1)],
    ['kind 0', (view) => view.setUint8(6, 0)],
    ['an unknown encoding', (view) => view.setUint8(7, 9)],
    ['too many tensors', (view) => view.setUint16(22, 257, true)],
    ['a tensor less than its table', (view) => view.setUint16(22, 1, true)],
    ['a table beyond its end', (view) => view.setUint32(24, 0xffff_fff0, true)],
    ['five dimensions', (view) => view.setUint8(33, 5)],
    ['a dimension of 0', (view) => view.setUint32(47, 0, true)],
  ])('FRAME-15: a frame with %s is refused', (_, change) => {
    expect(codeOf(() => decodeFrame(altered(change), specsOf(tensors)))).toBe('frame-malformed');
  });

  test('FRAME-16: padding that is not zero is refused', () => {
    const padded: Frame = {
      header: { ...header, encoding: 'float16' },
      tensors: new Map([['odd', { shape: [1], data: Float32Array.of(1) }]]),
    };
    const original = encodeFrame(padded);
    const inTable = altered((_, bytes) => (bytes[32 + 2 + 3 + 4] = 1), original);
    const inPayload = altered((_, bytes) => (bytes[bytes.length - 1] = 1), original);
    for (const bytes of [inTable, inPayload])
      expect(codeOf(() => decodeFrame(bytes, specsOf(padded.tensors)))).toBe('frame-malformed');
  });

  test('FRAME-17: a frame of another version says so', () => {
    const bytes = altered((view) => view.setUint16(4, PROTOCOL_VERSION + 1, true));
    expect(codeOf(() => decodeFrame(bytes, specsOf(tensors)))).toBe('version-mismatch');
    expect(codeOf(() => decodeFrameHeader(bytes))).toBe('version-mismatch');
  });

  test('FRAME-18: a tensor whose numbers do not fill its shape is never sent', () => {
    const short: NamedTensors = new Map([['a', { shape: [2, 2], data: new Float32Array(3) }]]);
    expect(() => encodeFrame({ header, tensors: short })).toThrow('3 numbers for the shape [2, 2]');
  });

  test('FRAME-19: a view into a larger array is sent alone, and stays as it was', () => {
    const whole = Float32Array.of(9, 9, 1, 2, 9);
    const data = whole.subarray(2, 4);
    for (const encoding of ['float32', 'float16'] as const) {
      const bytes = encodeFrame({
        header: { ...header, encoding },
        tensors: new Map([['a', { shape: [2], data }]]),
      });
      expect(decodeFrame(bytes, [{ name: 'a', shape: [2] }]).tensors.get('a')?.data).toEqual(
        Float32Array.of(1, 2),
      );
      expect([...whole]).toEqual([9, 9, 1, 2, 9]);
    }
  });
});

describe('the 16-bit encoding', () => {
  const through = (...numbers: number[]) => {
    const sent = new Map([['a', { shape: [numbers.length], data: Float32Array.from(numbers) }]]);
    const bytes = encodeFrame({ header: { ...header, encoding: 'float16' }, tensors: sent });
    return [...(decodeFrame(bytes, specsOf(sent)).tensors.get('a')?.data ?? [])];
  };

  test('FRAME-20: tensors of ordinary size travel as plain half-precision numbers', () => {
    const numbers = [1, -0.5, 0.25, 65_504, 2 ** -14];
    const bytes = encodeFrame({
      header: { ...header, encoding: 'float16' },
      tensors: new Map([['a', { shape: [5], data: Float32Array.from(numbers) }]]),
    });
    const payload = new DataView(bytes.buffer, bytes.length - 16);
    expect(payload.getInt32(0, true)).toBe(0);
    expect([0, 1, 2, 3, 4].map((i) => payload.getUint16(4 + 2 * i, true))).toEqual([
      0x3c00, 0xb800, 0x3400, 0x7bff, 0x0400,
    ]);
  });

  test('FRAME-21: very small and very large tensors keep their precision through a power-of-two scale', () => {
    for (const exponent of [-149, -120, -40, -20, -7, 16, 60, 127])
      expect(through(2 ** exponent, -(2 ** exponent))).toEqual([2 ** exponent, -(2 ** exponent)]);
    const gradients = [3.1e-8, -1.7e-9, 2.2e-10];
    for (const [i, back] of through(...gradients).entries())
      expect(Math.abs(back / (gradients[i] ?? NaN) - 1)).toBeLessThan(2 ** -11);
    const greatest = 3.4028234663852886e38;
    expect((through(greatest)[0] ?? NaN) / greatest).toBeCloseTo(1, 3);
  });

  test.each([-113, 165, 2 ** 31 - 1, -(2 ** 31)])('FRAME-22: a scale of 2^%d is refused', (exponent) => {
    const named = new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]]);
    const bytes = altered(
      (view) => view.setInt32(view.byteLength - 8, exponent, true),
      encodeFrame({ header: { ...header, encoding: 'float16' }, tensors: named }),
    );
    expect(codeOf(() => decodeFrame(bytes, specsOf(named)))).toBe('frame-malformed');
  });

  test('FRAME-23: a frame larger than the run allows is refused before it is read', () => {
    const bytes = encodeFrame(frame);
    expect(decodeFrameHeader(bytes, bytes.length)).toEqual(header);
    expect(codeOf(() => decodeFrameHeader(bytes, bytes.length - 1))).toBe('frame-too-large');
    expect(codeOf(() => decodeFrameHeader(new Uint8Array(1000), 999))).toBe('frame-too-large');
  });
});

/** Bytes after the table. */
function payloadOf({ header: { encoding }, tensors: named }: Frame): number {
  const empty: TensorSpec[] = [];
  const table = specsOf(named).reduce((sum, { name, shape }) => sum + 2 + name.length + 4 * shape.length, 0);
  return frameBytes(specsOf(named), encoding) - frameBytes(empty, encoding) - Math.ceil(table / 4) * 4;
}
