import { describe, expect, test } from 'vitest';
import { fileKind, namedLikeIdx } from './file-kind.ts';
import { pictureSize } from './picture-size.ts';
import { idxBytes, plainPicture } from './test-files.ts';

const text = (words: string) => Array.from(words, (letter) => letter.charCodeAt(0));

/** A lossless WebP's header for a picture of that size. */
function webpLossless(width: number, height: number): Uint8Array {
  const bits = (width - 1) | ((height - 1) << 14);
  return Uint8Array.from([...text('RIFF....WEBPVP8L....'), 0x2f, bits, bits >>> 8, bits >>> 16, bits >>> 24]);
}

describe('what a file is', () => {
  test.each([
    ['png', [...plainPicture(1, 1, [0, 0, 0])]],
    ['jpeg', [0xff, 0xd8, 0xff, 0xe1]],
    ['webp', [...webpLossless(1, 1)]],
    ['heic', [0, 0, 0, 24, ...text('ftypheic')]],
    ['gzip', [0x1f, 0x8b, 8]],
    ['zip', [...text('PK'), 3, 4]],
    ['idx', [...idxBytes([2, 2])]],
    ['unknown', text('Dear diary')],
    ['unknown', []],
    ['unknown', [0, 0, 0, 0]],
  ])('DATA-10: %s is told by its first bytes', (kind, bytes) => {
    expect(fileKind(Uint8Array.from(bytes))).toBe(kind);
  });

  test('DATA-2: a name may promise IDX data, so that a wrong magic number is worth an error', () => {
    for (const name of ['train-images-idx3-ubyte', 'a/labels.idx1', 'x.idx', 'X-UBYTE']) {
      expect(namedLikeIdx(name)).toBe(true);
    }
    for (const name of ['idx3-ubyte/readme.md', 'index.html', 'notes.txt'])
      expect(namedLikeIdx(name)).toBe(false);
  });
});

describe('the size in a picture’s header', () => {
  test('DATA-18: PNG, JPEG and WebP state it', () => {
    expect(pictureSize(plainPicture(70_000, 9, [0, 0, 0]), 'png')).toEqual({ width: 70_000, height: 9 });
    expect(pictureSize(webpLossless(4_000, 123), 'webp')).toEqual({ width: 4_000, height: 123 });
    const app = [0xff, 0xe0, 0, 4, 1, 2];
    const frame = [0xff, 0xff, 0xc2, 0, 17, 8, 0x0b, 0xb8, 0x0f, 0xa0];
    const jpeg = Uint8Array.from([0xff, 0xd8, ...app, ...frame]);
    expect(pictureSize(jpeg, 'jpeg')).toEqual({ width: 4_000, height: 3_000 });
  });

  test('DATA-18: a header that ends early states none', () => {
    const png = plainPicture(5, 5, [0, 0, 0]).subarray(0, 20);
    expect(pictureSize(png, 'png')).toBeUndefined();
    expect(pictureSize(Uint8Array.from([0xff, 0xd8, 0xff]), 'jpeg')).toBeUndefined();
    expect(pictureSize(Uint8Array.from(text('RIFF....WEBPABCD')), 'webp')).toBeUndefined();
  });

  test('DATA-18: a JPEG whose segments claim no length is walked to its end, not for ever', () => {
    const jpeg = Uint8Array.from([
      0xff,
      0xd8,
      ...Array.from({ length: 50 }, () => [0xff, 0xe0, 0, 0]).flat(),
    ]);
    expect(pictureSize(jpeg, 'jpeg')).toBeUndefined();
  });
});
