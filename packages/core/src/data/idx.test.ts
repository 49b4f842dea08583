import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readIdx } from './idx.ts';
import { pairIdxFiles } from './idx-pairs.ts';
import { idxBytes } from './test-files.ts';

const file = (path: string, shape: readonly number[]) => ({ path, array: readIdx(idxBytes(shape), path) });

describe('IDX files', () => {
  test('DATA-1: sizes and bytes are read as they were written', () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shapes, (shape) => {
        const array = readIdx(idxBytes(shape), 'a');
        expect(array.shape).toEqual(shape);
        expect([...array.data]).toEqual([...array.data.keys()].map((i) => i % 256));
      }),
    );
  });

  test('DATA-1: a view into a larger buffer is read from its own beginning', () => {
    const padded = new Uint8Array([9, 9, 9, ...idxBytes([2, 3])]);
    expect(readIdx(padded.subarray(3), 'a').shape).toEqual([2, 3]);
  });

  test.each([
    ['another format', [0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0], '0x89504e47'],
    ['no sizes', [0, 0, 8, 0, 0, 0, 0, 0], '0x00000800'],
    ['five sizes', [0, 0, 8, 5, 0, 0, 0, 0], '0x00000805'],
    ['floats', [0, 0, 0x0d, 1, 0, 0, 0, 1, 0, 0, 0, 0], 'not unsigned bytes (magic number 0x00000d01)'],
  ])('DATA-2: a wrong magic number is refused and named: %s', (_, bytes, words) => {
    expect(() => readIdx(Uint8Array.from(bytes), 'x-idx3-ubyte')).toThrow(
      expect.objectContaining({ code: 'idx-malformed', message: expect.stringContaining(words) as string }),
    );
  });

  test('DATA-3: a file cut short anywhere is refused', () => {
    const whole = idxBytes([3, 2, 2]);
    for (let length = 0; length < whole.length; length++) {
      expect(() => readIdx(whole.subarray(0, length), 'a')).toThrow(
        expect.objectContaining({ code: 'idx-truncated' }),
      );
    }
  });

  test('DATA-3: bytes beyond the stated sizes are refused', () => {
    expect(() => readIdx(Uint8Array.of(...idxBytes([2]), 7), 'a')).toThrow(/holds 3 bytes of data where/);
  });

  test('DATA-3: absurd sizes in the header allocate nothing', () => {
    const bytes = Uint8Array.from([0, 0, 8, 3, ...new Array<number>(12).fill(0xff)]);
    expect(() => readIdx(bytes, 'a')).toThrow(expect.objectContaining({ code: 'idx-truncated' }));
  });
});

describe('IDX pairs', () => {
  test('DATA-4: images find the labels of the same name, in any order', () => {
    const names = [
      'train-labels-idx1-ubyte',
      't10k-images-idx3-ubyte',
      't10k-labels.idx1',
      'train-images.idx3-ubyte',
    ];
    const shapes = [[5], [2, 4, 4], [2], [5, 4, 4]];
    const pairs = pairIdxFiles(
      names.map((name, i) => file(name, shapes[i] ?? [])),
      { imageShape: [4, 4, 1] },
    );
    expect(pairs.map(({ path, labels }) => [path, labels.length])).toEqual([
      ['t10k-images-idx3-ubyte', 2],
      ['train-images.idx3-ubyte', 5],
    ]);
  });

  test('DATA-4: two files alone belong together whatever their names', () => {
    expect(pairIdxFiles([file('x', [3, 4, 4, 3]), file('y', [3])], { imageShape: [4, 4, 3] })).toHaveLength(
      1,
    );
  });

  test('DATA-5: another shape is refused with both shapes named', () => {
    expect(() => pairIdxFiles([file('x', [3, 4, 5]), file('y', [3])], { imageShape: [28, 28, 1] })).toThrow(
      expect.objectContaining({
        code: 'idx-shape',
        message: expect.stringMatching(/4x5x1.*28x28x1/) as string,
      }),
    );
    expect(() => pairIdxFiles([file('x', [3, 4])], { imageShape: [4, 4, 1] })).toThrow(
      expect.objectContaining({ code: 'idx-shape' }),
    );
  });

  test('DATA-6: different numbers of images and labels are refused', () => {
    expect(() => pairIdxFiles([file('x', [3, 4, 4]), file('y', [2])], { imageShape: [4, 4, 1] })).toThrow(
      expect.objectContaining({
        code: 'idx-count',
        message: expect.stringMatching(/3 images.*2 labels/) as string,
      }),
    );
  });

  test.each([
    ['images without labels', [file('a-images', [3, 4, 4])]],
    ['labels without images', [file('a-labels', [3])]],
    [
      'labels of another set',
      [file('a-images', [3, 4, 4]), file('b-images', [3, 4, 4]), file('a-labels', [3])],
    ],
  ])('DATA-6: half a pair is refused: %s', (_, files) => {
    expect(() => pairIdxFiles(files, { imageShape: [4, 4, 1] })).toThrow(
      expect.objectContaining({ code: 'idx-unpaired' }),
    );
  });
});
