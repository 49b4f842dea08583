import fc from 'fast-check';
import { gzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { joinBytes } from './bytes.ts';
import { gunzip, unzip } from './unpack.ts';

const all = { wanted: () => true };
const noise = (length: number) => Uint8Array.from({ length }, (_, i) => (i * i * 31) >> 3);

describe('gzip', () => {
  test('DATA-7: what was packed comes out, also from several members in one file', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.uint8Array({ maxLength: 50 }), (first, second) => {
        expect(gunzip(gzipSync(first), 'a')).toEqual(first);
        const both = joinBytes([gzipSync(first), gzipSync(second)]);
        expect(gunzip(both, 'a')).toEqual(joinBytes([first, second]));
      }),
    );
  });

  test('DATA-8: a file cut short anywhere is refused', () => {
    const whole = gzipSync(noise(500));
    for (let length = 0; length < whole.length; length++) {
      expect(() => gunzip(whole.subarray(0, length), 'a')).toThrow(
        expect.objectContaining({ code: 'gzip-damaged' }),
      );
    }
  });

  test('DATA-9: unpacking stops at the limit', () => {
    const bomb = gzipSync(new Uint8Array(3_000_000));
    expect(bomb.length).toBeLessThan(5_000);
    expect(() => gunzip(bomb, 'a', 1_000_000)).toThrow(
      expect.objectContaining({ code: 'too-large', message: expect.stringContaining('256 MiB') as string }),
    );
    expect(gunzip(bomb, 'a', 3_000_000)).toHaveLength(3_000_000);
  });
});

describe('zip', () => {
  test('DATA-7: wanted files come out with their paths, folders are no files', () => {
    const packed = zipSync({ 'a/b.bin': noise(900), 'a/c.bin': noise(10), empty: {} });
    const entries = unzip(packed, 'z', { wanted: (path) => !path.endsWith('c.bin') });
    expect(entries).toEqual([{ path: 'a/b.bin', bytes: noise(900) }]);
  });

  test('DATA-8: a damaged or cut short zip is refused', () => {
    const packed = zipSync({ a: noise(900) });
    for (const bytes of [packed.subarray(0, packed.length - 30), packed.subarray(10), new Uint8Array(0)]) {
      expect(() => unzip(bytes, 'z', all)).toThrow(expect.objectContaining({ code: 'zip-damaged' }));
    }
  });

  test('DATA-9: what the files claim to unpack to is added up before anything is unpacked', () => {
    const packed = zipSync({ a: new Uint8Array(600), b: new Uint8Array(600) });
    expect(() => unzip(packed, 'z', { ...all, room: 1_000 })).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    );
    expect(unzip(packed, 'z', { ...all, room: 1_200 })).toHaveLength(2);
  });

  test('DATA-9: a file that unpacks to more than it claims is not believed', () => {
    const packed = zipSync({ a: new Uint8Array(100_000) });
    const view = new DataView(packed.buffer, packed.byteOffset);
    const directory = view.getUint32(packed.length - 6, true);
    view.setUint32(directory + 24, 10, true); // the size it claims
    const sizes = unzip(packed, 'z', { ...all, room: 1_000 }).map(({ bytes }) => bytes.length);
    expect(sizes).toEqual([10]);
  });
});
