import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame } from '../protocol/index.ts';
import { Random } from '../random.ts';
import type { Encoding } from '../tensors/index.ts';
import { formsOf, type PrivateRow } from './wire-audit-forms.ts';
import { RowSearch } from './wire-audit.ts';

const random = new Random('private rows');
const image: PrivateRow = {
  what: 'image 7',
  kind: 'pixels',
  values: Uint8Array.from({ length: 784 }, () => random.integer(256)),
};
const generated: PrivateRow = {
  what: 'generated image 3',
  kind: 'generated',
  values: Float32Array.from({ length: 784 }, () => random.uniform(-1, 1)),
};
const noise: PrivateRow = {
  what: 'noise 5',
  kind: 'plain',
  values: Float32Array.from({ length: 16 }, () => random.normal()),
};
const labels: PrivateRow = {
  what: 'labels of a batch',
  kind: 'plain',
  values: Int32Array.from({ length: 16 }, (_, i) => (i * 7) % 10),
};
const oneHot: PrivateRow = {
  what: 'one-hot labels of a batch',
  kind: 'plain',
  values: Array.from(labels.values).flatMap((label) =>
    Array.from({ length: 10 }, (_, i) => Number(i === label)),
  ),
};
const rows = [image, generated, noise, labels, oneHot];

function searchFor(...wanted: readonly PrivateRow[]): RowSearch {
  const search = new RowSearch();
  for (const row of wanted) search.add(row);
  return search;
}

function randomBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.integer(256));
}

/** Random bytes with others in their middle, at an odd address. */
function planted(inner: ArrayBufferView): Uint8Array {
  const bytes = randomBytes(1001 + inner.byteLength + 500);
  bytes.set(new Uint8Array(inner.buffer, inner.byteOffset, inner.byteLength), 1001);
  return bytes;
}

function bytesByHand(count: number, size: number, write: (view: DataView, i: number) => void): Uint8Array {
  const view = new DataView(new ArrayBuffer(count * size));
  for (let i = 0; i < count; i++) write(view, i);
  return new Uint8Array(view.buffer);
}

/** The half-precision bits of a whole number from 0 to 255. */
function halfOfWhole(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(value));
  return ((exponent + 15) << 10) | ((value << (10 - exponent)) & 0x3ff);
}

describe('the search for private rows', () => {
  // Written without the searcher's own forms: a form that was wrong could not find itself.
  const pixel = (i: number) => image.values[i] ?? NaN;
  test.each<[string, Uint8Array]>([
    ['unsigned bytes', bytesByHand(784, 1, (view, i) => view.setUint8(i, pixel(i)))],
    ['32-bit integers', bytesByHand(784, 4, (view, i) => view.setInt32(4 * i, pixel(i), true))],
    ['32-bit floats', bytesByHand(784, 4, (view, i) => view.setFloat32(4 * i, pixel(i), true))],
    [
      '32-bit floats from 0 to 1',
      bytesByHand(784, 4, (view, i) => view.setFloat32(4 * i, pixel(i) / 255, true)),
    ],
    [
      '32-bit floats from -1 to 1',
      bytesByHand(784, 4, (view, i) => view.setFloat32(4 * i, pixel(i) / 127.5 - 1, true)),
    ],
    // Whole numbers below 2048 are exact in half precision: 10 bits follow the leading one.
    ['16-bit floats', bytesByHand(784, 2, (view, i) => view.setUint16(2 * i, halfOfWhole(pixel(i)), true))],
    [
      'signed bytes from -127 to 127',
      bytesByHand(784, 1, (view, i) => view.setInt8(i, Math.round(127 * (pixel(i) / 127.5 - 1)))),
    ],
  ])('AUDIT-1: an image as %s is found, wherever it stands', (_, form) => {
    const [finding] = searchFor(image, noise).find(planted(form));
    expect(finding?.what).toContain('image 7: numbers 0 to');
    expect(finding?.at).toBe(1001);
  });

  test.each<[PrivateRow, RegExp]>([
    [image, /./],
    // The other forms of numbers around 0 are whole numbers that say next to nothing.
    [generated, /float| int8$|127\.5 as/],
    [noise, /float| int8$/],
    [labels, /./],
    [oneHot, /./],
  ])('AUDIT-1: $what is found in every form that says enough', (row, saysEnough) => {
    const search = searchFor(row);
    const forms = formsOf(row).filter(({ name }) => saysEnough.test(name));
    expect(forms.length).toBeGreaterThan(3);
    for (const { elements } of forms)
      expect(search.find(planted(elements))[0]?.what).toContain(`${row.what}: numbers`);
  });

  test('AUDIT-2: any 31 neighbouring numbers of a row are found', () => {
    const search = searchFor(image, generated);
    const byteImage = Uint8Array.from(image.values);
    const floats = Float32Array.from(generated.values);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 784 - 31 }), (from) => {
        expect(search.find(planted(byteImage.subarray(from, from + 31)))).not.toEqual([]);
        expect(search.find(planted(floats.subarray(from, from + 31)))).not.toEqual([]);
      }),
    );
  });

  test.each<[Encoding, number]>([
    ['float32', 1],
    ['float16', 1],
    // So far below 2^-6 that the frame scales it, and so the plain 16-bit form does not stand in it.
    ['float16', 2 ** -9],
  ])('AUDIT-3: a row in a frame of %s numbers, times %d, is found', (encoding, scale) => {
    for (const row of [generated, noise]) {
      const values = Float32Array.from(row.values, (value) => value * scale);
      const search = searchFor({ ...row, values });
      const data = new Float32Array(2000).map(() => scale * random.normal() * 0.1);
      data.set(values, 777);
      const bytes = encodeFrame({
        header: { kind: 'exchange', run: 1, round: 0, step: 0, exchange: 1, encoding },
        tensors: new Map([['discriminator', { shape: [2000], data }]]),
      });
      expect(search.findInFrame(bytes)[0]?.what).toContain(row.what);
      if (scale !== 1) expect(search.find(bytes)).toEqual([]);
    }
  });

  test('AUDIT-3: a row that was computed with other last bits is found in a frame of 32-bit numbers', () => {
    const search = searchFor(generated);
    const data = Float32Array.from(generated.values, (value) => value * (1 + 2 ** -22 * random.normal()));
    const bytes = encodeFrame({
      header: { kind: 'exchange', run: 1, round: 0, step: 0, exchange: 1, encoding: 'float32' },
      tensors: new Map([['discriminator', { shape: [784], data }]]),
    });
    expect(search.find(bytes)).toEqual([]);
    expect(search.findInFrame(bytes)[0]?.what).toContain(generated.what);
  });

  test('AUDIT-4: nothing is found where nothing is, in random bytes and in another image', () => {
    const search = searchFor(...rows);
    const other = Uint8Array.from({ length: 784 }, () => random.integer(256));
    for (const { elements } of formsOf({ what: 'another', kind: 'pixels', values: other }))
      expect(search.find(planted(elements))).toEqual([]);
    expect(search.find(new Uint8Array(100_000))).toEqual([]);
  });

  test('AUDIT-5: rows that say too little are passed over, and counted', () => {
    const search = searchFor({ what: 'black', kind: 'pixels', values: new Uint8Array(784) });
    expect(search.patterns).toBe(0);
    expect(search.passedOver).toBeGreaterThan(0);
    const half = Uint8Array.from(image.values);
    half.fill(0, 0, 400);
    const mixed = searchFor({ ...image, values: half });
    expect(mixed.find(planted(half.subarray(0, 400)))).toEqual([]);
    expect(mixed.find(planted(half.subarray(400)))).not.toEqual([]);
  });

  test('AUDIT-6: text is found as it is', () => {
    const search = new RowSearch();
    search.addText('a file name', 'summer-2019.zip');
    expect(search.find(new TextEncoder().encode('["summer-2019.zip"]'))).toEqual([
      { what: 'a file name: numbers 0 to 14, text', at: 2 },
    ]);
    expect(() => {
      search.addText('a short name', 'abc.zip');
    }).toThrow(RangeError);
  });

  test('AUDIT-4: a search is over after a few findings', () => {
    const many = new Uint8Array(784 * 40);
    for (let i = 0; i < 40; i++) many.set(Uint8Array.from(image.values), 784 * i);
    expect(searchFor(image).find(many).length).toBeLessThan(100);
  });
});
