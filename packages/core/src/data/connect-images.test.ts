import { gzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { connectImages, type ConnectOptions } from './connect-images.ts';
import { Random } from '../random.ts';
import { drawnImages } from './drawn/drawn-images.ts';
import { DataError } from './data-error.ts';
import type { NamedFile } from './named-file.ts';
import { fileOf, folderOfPictures, idxBytes, plainDecoder, plainPicture } from './test-files.ts';

const target = { imageShape: [4, 4, 1], classes: ['cats', 'dogs', 'birds'] } as const;

function connect(files: readonly NamedFile[], options: Partial<ConnectOptions> = {}) {
  return connectImages(files, { target, decode: plainDecoder, ...options });
}

async function refusal(
  files: readonly NamedFile[],
  options: Partial<ConnectOptions> = {},
): Promise<DataError> {
  const outcome: unknown = await connect(files, options).catch((error: unknown) => error);
  if (!(outcome instanceof DataError)) throw new Error('the files were not refused', { cause: outcome });
  return outcome;
}

/** An IDX pair of `labels.length` images; image i is all i. */
function idxPair(labels: readonly number[], name = 'train'): NamedFile[] {
  const pixels = labels.flatMap((_, i) => new Array<number>(16).fill(i));
  return [
    fileOf(`${name}-images-idx3-ubyte`, idxBytes([labels.length, 4, 4], pixels)),
    fileOf(`${name}-labels-idx1-ubyte`, idxBytes([labels.length], labels)),
  ];
}

const zipOf = (path: string, files: readonly NamedFile[]) =>
  Promise.all(files.map(async (file) => [file.path, await file.bytes()] as const)).then((entries) =>
    fileOf(path, zipSync(Object.fromEntries(entries))),
  );

const cycle = (length: number) => Array.from({ length }, (_, i) => i % 3);

describe('what can be connected', () => {
  test('DATA-4: an IDX pair, plain, gzipped under any name, or in a zip, gives the same set', async () => {
    const pair = idxPair(cycle(20));
    const gzipped = await Promise.all(
      pair.map(async (file) => fileOf(`${file.path}.gz`, gzipSync(await file.bytes()))),
    );
    const misnamed = gzipped.map((file) => fileOf(file.path.replace('.gz', ''), new Uint8Array()));
    for (const [i, file] of gzipped.entries()) misnamed[i] = fileOf(pair[i]?.path ?? '', await file.bytes());
    const expected = await connect(pair);
    expect(expected.counts).toEqual([7, 7, 6]);
    expect([...expected.set.images.subarray(5 * 16, 5 * 16 + 2)]).toEqual([5, 5]);
    for (const files of [gzipped, misnamed, [await zipOf('a.zip', pair)], [await zipOf('b.zip', gzipped)]]) {
      expect((await connect(files)).set).toEqual(expected.set);
    }
  });

  test('DATA-12: folders of pictures get the class of their name', async () => {
    const files = [...folderOfPictures('my set/Cats', 10), ...folderOfPictures('my set/birds ', 8, 100)];
    const { set, counts, folders, skipped } = await connect(files);
    expect(counts).toEqual([10, 0, 8]);
    expect(folders).toEqual([
      { name: 'Cats', count: 10, classIndex: 0 },
      { name: 'birds ', count: 8, classIndex: 2 },
    ]);
    expect(skipped).toEqual([]);
    expect([...set.labels]).toEqual([...new Array<number>(10).fill(0), ...new Array<number>(8).fill(2)]);
    expect([...set.images.subarray(3 * 16, 4 * 16)]).toEqual(new Array<number>(16).fill(3));
  });

  test('DATA-12: a zip of folders, litter included, is the same as the folders', async () => {
    const files = folderOfPictures('dogs', 16);
    const litter = [
      fileOf('__MACOSX/dogs/._0.png', new Uint8Array(9)),
      fileOf('.DS_Store', new Uint8Array(9)),
    ];
    const zipped = await connect([await zipOf('set.zip', [...files, ...litter])]);
    expect(zipped.set).toEqual((await connect(files)).set);
    expect(zipped.skipped).toEqual([]);
  });

  test('DATA-12: loose pictures belong to the only class of a run that has one', async () => {
    const only = { ...target, classes: ['faces'] };
    const loose = folderOfPictures('x', 16).map((file) => ({ ...file, path: file.path.slice(2) }));
    expect((await connect(loose, { target: only })).counts).toEqual([16]);
  });

  test('DATA-13: numbers count as indices where no class is named by a number', async () => {
    expect((await connect(folderOfPictures('2', 16))).counts).toEqual([0, 0, 16]);
    const digits = { ...target, classes: ['7', '2'] };
    expect((await connect(folderOfPictures('2', 16), { target: digits })).counts).toEqual([0, 16]);
    expect((await refusal(folderOfPictures('1', 16), { target: digits })).code).toBe('unknown-classes');
  });

  test('DATA-16: one class alone is welcome and noted', async () => {
    expect((await connect(folderOfPictures('cats', 16))).singleClass).toBe(true);
    const two = [...folderOfPictures('cats', 16), ...folderOfPictures('dogs', 1, 99)];
    expect((await connect(two)).singleClass).toBe(false);
  });

  test('DATA-17: where both parts are present, the training part is connected unless the other is asked for', async () => {
    const files = [...idxPair(cycle(18)), ...idxPair(cycle(30), 't10k')];
    expect((await connect(files)).set.labels).toHaveLength(18);
    expect((await connect(files, { part: 'test' })).set.labels).toHaveLength(30);
    const zipped = [await zipOf('set.zip', files)];
    expect((await connect(zipped, { part: 'test' })).set.labels).toHaveLength(30);
  });

  test('DATA-24: dark drawings on light paper are inverted on request, or where the ground is light', async () => {
    const light = folderOfPictures('cats', 16, 200);
    const kept = await connect(light);
    const inverted = await connect(light, { invert: 'auto' });
    expect([kept.inverted, inverted.inverted]).toEqual([false, true]);
    expect(inverted.set.images).toEqual(kept.set.images.map((value) => 255 - value));
    expect(inverted.previews[0]?.after[0]).toBe(55);
    expect(inverted.previews[0]?.before.rgba[0]).toBe(200);
    const dark = folderOfPictures('cats', 16);
    expect((await connect(dark, { invert: 'auto' })).inverted).toBe(false);
    expect((await connect(dark, { invert: true })).inverted).toBe(true);
  });

  test('DATA-25: at most 20 previews, spread over the classes, in their order', async () => {
    const files = [
      ...folderOfPictures('dogs', 60),
      ...folderOfPictures('cats', 40, 70),
      ...folderOfPictures('birds', 2, 120),
    ];
    const { previews } = await connect(files);
    const ofClass = [0, 1, 2].map(
      (index) => previews.filter(({ classIndex }) => classIndex === index).length,
    );
    expect(ofClass).toEqual([9, 9, 2]);
    expect(previews.map(({ classIndex }) => classIndex)).toEqual(
      [...previews.map((p) => p.classIndex)].sort(),
    );
    for (const { before, after } of previews) expect(after[0]).toBe(before.rgba[0]);
  });

  test('DATA-26: progress is told file by file, and connecting can be stopped', async () => {
    const seen: string[] = [];
    const files = folderOfPictures('cats', 16);
    await connect(files, { onProgress: (done, total) => seen.push(`${done}/${total}`) });
    expect([seen[0], seen[1], seen.at(-1), seen.length]).toEqual(['0/16', '1/16', '16/16', 17]);
    const stop = new AbortController();
    const stopped = connect(files, { signal: stop.signal, onProgress: (done) => done === 3 && stop.abort() });
    await expect(stopped).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });
});

describe('what is left out', () => {
  test('DATA-14: folders that the run does not know are listed and the rest is used', async () => {
    const { counts, folders } = await connect([
      ...folderOfPictures('cats', 16),
      ...folderOfPictures('holiday', 5, 50),
    ]);
    expect(counts).toEqual([16, 0, 0]);
    expect(folders[1]).toEqual({ name: 'holiday', count: 5, classIndex: undefined });
  });

  test('DATA-14: with no known folder at all, the error names folders and classes, and a mapping helps', async () => {
    const files = [...folderOfPictures('kittens', 20), ...folderOfPictures('holiday', 5, 50)];
    const error = await refusal(files);
    expect(error.code).toBe('unknown-classes');
    expect(error.message).toMatch(/"cats", "dogs", "birds".*"kittens", "holiday"/);
    expect(error.folders.map(({ name, count }) => [name, count])).toEqual([
      ['kittens', 20],
      ['holiday', 5],
    ]);
    const mapping = new Map<string, number | 'skip'>([
      ['kittens', 0],
      ['holiday', 'skip'],
    ]);
    expect((await connect(files, { mapping })).counts).toEqual([20, 0, 0]);
  });

  test('DATA-14: a mapping overrides the name; one to a class that does not exist is a mistake', async () => {
    const files = folderOfPictures('cats', 16);
    expect((await connect(files, { mapping: new Map([['cats', 2]]) })).counts).toEqual([0, 0, 16]);
    await expect(connect(files, { mapping: new Map([['cats', 3]]) })).rejects.toThrow(RangeError);
  });

  test('DATA-14: an IDX label that is no class refuses the set, since numbers do not say what they mean', async () => {
    const files = idxPair(Array.from({ length: 40 }, (_, i) => i % 5));
    const error = await refusal(files);
    expect(error.code).toBe('unknown-classes');
    expect(error.message).toMatch(/"3", "4"/);
    const mapping = new Map<string, number | 'skip'>([
      ['3', 'skip'],
      ['4', 0],
    ]);
    expect((await connect(files, { mapping })).counts).toEqual([16, 8, 8]);
  });

  test('DATA-10: a file that is no image is skipped with the reason, the others are used', async () => {
    const { counts, skipped } = await connect([
      ...folderOfPictures('cats', 16),
      fileOf('cats/notes.txt', Uint8Array.from([68, 101, 97, 114])),
      fileOf('cats/fake.png', Uint8Array.from([68, 101, 97, 114])),
      fileOf('cats/broken.png', plainPicture(4, 4, [1, 1, 1]).subarray(0, 25)),
      fileOf('cats/phone.heic', new Uint8Array([0, 0, 0, 24, 102, 116, 121, 112, 104, 101, 105, 99])),
    ]);
    expect(counts).toEqual([16, 0, 0]);
    expect(skipped).toEqual([
      { path: 'cats/notes.txt', reason: 'is neither a PNG, JPEG or WebP picture nor an IDX file' },
      { path: 'cats/phone.heic', reason: 'is a HEIC photo: save it as JPEG first' },
      { path: 'cats/fake.png', reason: 'is no picture, whatever its name says' },
      { path: 'cats/broken.png', reason: 'is a damaged picture' },
    ]);
  });

  test('DATA-19: the same picture, or the same file, counts once', async () => {
    const files = folderOfPictures('cats', 16);
    const copy = fileOf('dogs/copy.png', plainPicture(4, 4, [3, 3, 3]));
    const { counts, skipped } = await connect([...files, ...files.slice(0, 1), copy]);
    expect(counts).toEqual([16, 0, 0]);
    expect(skipped).toEqual([
      { path: 'cats/0.png', reason: 'was chosen twice' },
      { path: 'dogs/copy.png', reason: 'is the same picture as cats/3.png' },
    ]);
  });

  test('DATA-18: a picture of absurd size is refused before it is decoded', async () => {
    const bomb = fileOf('cats/bomb.png', plainPicture(60_000, 60_000, [0, 0, 0]));
    const { skipped } = await connect([...folderOfPictures('cats', 16), bomb]);
    expect(skipped).toEqual([
      { path: 'cats/bomb.png', reason: 'is larger than 100 megapixels (60000 x 60000)' },
    ]);
  });

  test('DATA-9: a file beyond the limit is not read', async () => {
    const huge: NamedFile = {
      path: 'huge.zip',
      size: 2 ** 40,
      bytes: () => Promise.reject(new Error('read')),
    };
    const { skipped } = await connect([...folderOfPictures('cats', 16), huge]);
    expect(skipped).toEqual([{ path: 'huge.zip', reason: 'is larger than 256 MiB' }]);
  });

  test('DATA-9: all packed files of a selection share one limit', async () => {
    const half = gzipSync(new Uint8Array(130 * 2 ** 20));
    const bomb = fileOf('bomb.zip', zipSync({ 'a.gz': half, 'b.gz': half }, { level: 0 }));
    expect(half.length).toBeLessThan(2 ** 20);
    expect((await refusal([bomb])).code).toBe('too-large');
  });

  test('DATA-10: a file that cannot be read any more is skipped with the reason', async () => {
    const gone = (path: string): NamedFile => ({
      ...{ path, size: 5 },
      bytes: () => Promise.reject(new Error('it was removed')),
    });
    const { skipped } = await connect([...folderOfPictures('cats', 16), gone('cats/a.png'), gone('b.zip')]);
    expect(skipped.map(({ path, reason }) => [path, reason])).toEqual([
      ['b.zip', 'cannot be read (it was removed)'],
      ['cats/a.png', 'cannot be read (it was removed)'],
    ]);
  });

  test('DATA-9: a zip inside a zip stays closed', async () => {
    const inner = await zipOf('inner.zip', folderOfPictures('cats', 16));
    const { skipped } = await connect([await zipOf('outer.zip', [inner, ...folderOfPictures('dogs', 16)])]);
    expect(skipped.map(({ path }) => path)).toEqual(['outer.zip/inner.zip']);
  });
});

describe('what is refused', () => {
  test('DATA-48: nothing chosen, an empty folder, only litter', async () => {
    expect((await refusal([])).code).toBe('no-files');
    expect((await refusal([fileOf('a/.DS_Store', new Uint8Array(3))])).code).toBe('no-images');
  });

  test('DATA-10: nothing but files that are no images: the error says what the first one is', async () => {
    const error = await refusal([fileOf('letter.doc', new Uint8Array(30))]);
    expect(error.code).toBe('no-images');
    expect(error.message).toMatch(/letter\.doc is neither/);
    expect(error.skipped).toHaveLength(1);
  });

  test('TIERDATA-33: a run that tells no classes apart takes loose pictures, any folder and IDX images alone', async () => {
    const unlabelled = { ...target, labelled: false };
    const [images] = idxPair(cycle(20));
    if (!images) throw new Error('a pair has images');
    const chosen = [
      folderOfPictures('', 18),
      folderOfPictures('holidays/2024', 18),
      [images],
      idxPair(Array.from({ length: 20 }, () => 7)),
    ];
    for (const files of chosen) {
      const { set, singleClass } = await connect(files, { target: unlabelled });
      expect([set.labels.every((label) => label === 0), singleClass]).toEqual([true, false]);
      expect(set.labels.length).toBeGreaterThanOrEqual(18);
    }
    expect((await refusal(folderOfPictures('', 18))).message).toContain('say which class each stands for');
    expect((await refusal([images])).message).toContain('images without labels');
    const litter = await refusal([fileOf('a.txt', new Uint8Array([1]))], { target: unlabelled });
    expect(litter.message).not.toContain('classes');
  });

  test('TIERDATA-32: no picture serves a run of points', async () => {
    const target = { imageShape: [1, 1, 2] as const, classes: ['cats'] };
    await expect(
      connectImages(folderOfPictures('cats', 20), {
        target,
        decode: () => Promise.reject(new Error('read')),
      }),
    ).rejects.toMatchObject({ code: 'wrong-data' });
    expect(() => drawnImages({ domain: 'pen', count: 16, random: new Random(1), target })).toThrow(
      'draw points around one of nine means, with a button on its page or with tessera device --points N',
    );
  });

  test('DATA-15: fewer than 16 usable images, with what was left out', async () => {
    const error = await refusal([...folderOfPictures('cats', 15), fileOf('cats/x.png', new Uint8Array(3))]);
    expect(error.code).toBe('too-few-images');
    expect(error.message).toMatch(/^15 images/);
    expect(error.skipped).toHaveLength(1);
  });

  test('DATA-2: a file named like IDX with a wrong magic number is an error of its own', async () => {
    const [images = fileOf('', new Uint8Array()), labels = images] = idxPair(cycle(16));
    const wrong = fileOf(
      images.path,
      (await images.bytes()).map((byte, i) => (i === 2 ? 0 : byte)),
    );
    const error = await refusal([wrong, labels]);
    expect(error.code).toBe('idx-malformed');
    expect(error.message).toContain('0x00000003');
  });

  test('DATA-8: a truncated gzip is an error that names the file', async () => {
    const [images = fileOf('', new Uint8Array())] = idxPair(cycle(16));
    const packed = gzipSync(await images.bytes());
    const error = await refusal([fileOf('a/images.gz', packed.subarray(0, packed.length - 9))]);
    expect(error.code).toBe('gzip-damaged');
    expect(error.message).toMatch(/^a\/images\.gz/);
  });

  test('DATA-17: a part that is not there', async () => {
    expect((await refusal(idxPair(cycle(20)), { part: 'test' })).code).toBe('no-images');
  });
});
