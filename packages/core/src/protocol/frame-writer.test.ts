import { describe, expect, test } from 'vitest';
import { Random } from '../random.ts';
import { ENCODINGS, type NamedTensors } from '../tensors/index.ts';
import { decodeFrame, decodeFrameHeader, FRAME_KINDS, type FrameKind } from './frame.ts';
import { frameEncoding, FrameWriter } from './frame-writer.ts';

const place = { run: 1, round: 0, step: 0, exchange: 5 };
const shape = [2, 2];

function named(name: string): NamedTensors {
  return new Map([[name, { shape, data: Float32Array.of(1, 0.3, -0.2, 0.7) }]]);
}

/** What arrives when the same tensor is sent again and again, added up. */
function sumOf(writer: FrameWriter, name: string, times: number): Float64Array {
  const sums = new Float64Array(4);
  for (let i = 0; i < times; i++) {
    const bytes = writer.write({ ...place, kind: 'exchange' }, named(name));
    const received = decodeFrame(bytes, [{ name, shape }]).tensors.get(name)?.data ?? [];
    for (const [at, value] of received.entries()) sums[at] = (sums[at] ?? 0) + value;
  }
  return sums;
}

describe('a writer of frames', () => {
  test('FRAME-28: exchanges have the encoding of the run, previews at least 16 bits, layers always 32', () => {
    const table = Object.fromEntries(
      ENCODINGS.map((encoding) => [
        encoding,
        FRAME_KINDS.map((kind: FrameKind) => {
          const bytes = new FrameWriter(encoding, new Random(1)).write(
            { ...place, kind },
            named('generator'),
          );
          expect(decodeFrameHeader(bytes).encoding).toBe(frameEncoding(kind, encoding));
          return frameEncoding(kind, encoding);
        }),
      ]),
    );
    const ofDevices = ['exchange', 'layers', 'preview', 'speed-check', 'synthetic', 'classifier'];
    expect(FRAME_KINDS).toEqual([...ofDevices, 'community', 'global']);
    const generators = ['float32', 'float32'];
    expect(table).toEqual({
      float32: ['float32', 'float32', 'float32', 'float32', 'float32', 'float32', ...generators],
      float16: ['float16', 'float32', 'float16', 'float32', 'float16', 'float32', ...generators],
      int8: ['int8', 'float32', 'float16', 'float32', 'float16', 'float32', ...generators],
    });
  });

  test('FRAME-27: what rounding takes from a gradient comes with the next of its name and exchange', () => {
    const sums = sumOf(new FrameWriter('int8', new Random('a')), 'discriminatorGradient', 300);
    // The sum over the rows, entry by entry of a row: within one level a row of the true one.
    expect(Math.abs((sums[0] ?? NaN) + (sums[2] ?? NaN) - 300 * 0.8)).toBeLessThan(2 / 127);
    expect(Math.abs((sums[1] ?? NaN) + (sums[3] ?? NaN) - 300 * 1.0)).toBeLessThan(2 / 127);
  });

  test('FRAME-27: activations carry nothing over, and neither does a writer that forgets', () => {
    const alone = (name: string) => {
      const random = new Random('same');
      const writer = new FrameWriter('int8', random);
      return Array.from({ length: 20 }, () => {
        writer.forget();
        return [...writer.write({ ...place, kind: 'exchange' }, named(name))].slice(-12);
      });
    };
    const activations = new FrameWriter('int8', new Random('same'));
    const remembered = Array.from({ length: 20 }, () =>
      [...activations.write({ ...place, kind: 'exchange' }, named('discriminator'))].slice(-12),
    );
    expect(remembered).toEqual(alone('discriminator'));
    expect(alone('discriminatorGradient')).toEqual(alone('discriminator'));
  });
});
