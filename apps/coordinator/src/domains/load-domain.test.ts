import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CommandFailure } from '../cli/index.ts';
import { writeIdxImages, writeIdxLabels } from '../report/idx-files.ts';
import { type DomainDescription, loadDomain } from './index.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tessera-domains-'));
});
afterEach(() => rm(root, { recursive: true }));

interface MadeSet {
  readonly shape?: readonly [number, number, number];
  readonly train?: number;
  readonly test?: number;
  readonly classes?: number;
  readonly testClasses?: number;
  readonly packed?: boolean;
}

/** Four IDX files below the root; every pixel of image i is i. */
async function makeIdx(folder: string, made: MadeSet = {}): Promise<string> {
  const { shape = [28, 28, 1], train = 40, test: tested = 20, classes = 10, packed = false } = made;
  const place = join(root, folder);
  await mkdir(place, { recursive: true });
  const size = shape[0] * shape[1] * shape[2];
  const ending = packed ? '.gz' : '';
  const part = async (prefix: string, count: number, labels: number) => {
    const images = Uint8Array.from({ length: count * size }, (_, i) => Math.floor(i / size));
    await writeIdxImages(join(place, `${prefix}-images-idx3-ubyte${ending}`), images, [count, ...shape]);
    await writeIdxLabels(
      join(place, `${prefix}-labels-idx1-ubyte${ending}`),
      Uint8Array.from({ length: count }, (_, i) => i % labels),
    );
  };
  await part('train', train, classes);
  await part('t10k', tested, made.testClasses ?? classes);
  return place;
}

/** `count` pictures of one grey each, different from one another. */
async function makePictures(folder: string, count: number, grey = 0): Promise<void> {
  for (let i = 0; i < count; i++) {
    const path = join(root, folder, `${i}.png`);
    await mkdir(dirname(path), { recursive: true });
    const value = grey + i;
    const picture = sharp({
      create: { width: 30, height: 30, channels: 3, background: { r: value, g: value, b: value } },
    });
    await writeFile(path, await picture.png().toBuffer());
  }
}

function load(description: Partial<DomainDescription>, dataDir: string | undefined = root) {
  return loadDomain({ name: 'mine', source: 'mnist', ...description }, dataDir, root);
}

describe('domains of known sets', () => {
  test('DOM-1: a set is its folder below --data, compressed or not, with the proper names of its classes', async () => {
    await makeIdx('mnist');
    await makeIdx('fashion-mnist', { packed: true });
    const digits = await load({});
    expect([digits.train.labels.length, digits.test.labels.length]).toEqual([40, 20]);
    expect(digits.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    const garments = await load({ name: 'clothes', source: 'fashion-mnist' });
    expect(garments.name).toBe('clothes');
    expect(garments.classes.slice(0, 3)).toEqual(['T-shirt/top', 'Trouser', 'Pullover']);
    expect(garments.train.images).toEqual(digits.train.images);
    // A Buffer's slice() would be no copy, and transforms would change the set that they were given.
    for (const { images } of [digits.train, garments.train]) expect(images.constructor).toBe(Uint8Array);
  });

  test('DOM-2: a set smaller than the original is noted, in both parts', async () => {
    await makeIdx('kmnist');
    expect((await load({ source: 'kmnist' })).notes).toEqual([
      'KMNIST here has 40 training images, the original has 60,000.',
      'KMNIST here has 20 test images, the original has 10,000.',
    ]);
  });

  test('DOM-3: limits choose images by the seed, and are noted', async () => {
    await makeIdx('mnist');
    const limited = await load({ limit: 20, testLimit: 5, seed: 1 });
    expect([limited.train.labels.length, limited.test.labels.length]).toEqual([20, 5]);
    expect(limited.notes.slice(2)).toEqual([
      '20 of 40 training images are used.',
      '5 of 20 test images are used.',
    ]);
    expect((await load({ limit: 20, testLimit: 5, seed: 1 })).train).toEqual(limited.train);
    expect((await load({ limit: 20, testLimit: 5, seed: 2 })).train).not.toEqual(limited.train);
  });

  test('DOM-13: some classes alone, renumbered in the order given', async () => {
    await makeIdx('mnist');
    const { train, test: tested, classes } = await load({ only: [7, 2], limit: 6 });
    expect(classes).toEqual(['7', '2']);
    expect([train.labels.length, tested.labels.length]).toEqual([6, 4]);
    // Every pixel of image i is i, and its label is i modulo 10.
    train.labels.forEach((label, i) => {
      expect((train.images[784 * i] ?? NaN) % 10).toBe([7, 2][label]);
    });
    const drawn = await load({ source: 'drawn:pen', only: [3], limit: 20, testLimit: 16 });
    expect([drawn.classes, new Set(drawn.train.labels)]).toEqual([['3'], new Set([0])]);
    expect(drawn.train.labels).toHaveLength(20);
    await expect(load({ only: [1, 10] })).rejects.toThrow('has no class 10: its classes are 0 0, 1 1');
    await expect(load({ source: 'gaussians', only: [1] })).rejects.toThrow('gaussians:1');
  });

  test('DOM-4: images are fitted to the size and channels asked for, after the transform', async () => {
    await makeIdx('mnist');
    const plain = await load({});
    const large = await load({ imageSize: 32, imageChannels: 3, transform: 'invert' });
    expect(large.train.shape).toEqual([32, 32, 3]);
    expect(large.test.shape).toEqual([32, 32, 3]);
    expect(large.train.images[3 * 32 * 32 * 3]).toBe(255 - (plain.train.images[3 * 784] ?? 0));
    expect((await load({ transform: 'colour' })).train.shape).toEqual([28, 28, 3]);
    expect(plain.train.images[3 * 784]).toBe(3);
  });
});

describe("domains of one's own", () => {
  test('DOM-5: a folder of IDX files by path; classes.txt names the classes', async () => {
    const place = await makeIdx('sets/mine', { classes: 3, shape: [32, 32, 3] });
    expect((await load({ source: 'sets/mine' })).classes).toEqual(['0', '1', '2']);
    await writeFile(join(place, 'classes.txt'), 'cat\ndog\n\nowl\n');
    const named = await load({ source: place }, undefined);
    expect(named.classes).toEqual(['cat', 'dog', 'owl']);
    expect(named.train.shape).toEqual([32, 32, 3]);
    await writeFile(join(place, 'classes.txt'), 'cat\ncat\n');
    await expect(load({ source: 'sets/mine' })).rejects.toThrow(/classes.txt must hold 1 to 256 different/);
    await writeFile(join(place, 'classes.txt'), 'cat\ndog\n');
    await expect(load({ source: 'sets/mine' })).rejects.toThrow(/label 2, and its classes.txt has .* 0 to 1/);
  });

  test('DOM-6: images of another size need imageSize, and then are fitted', async () => {
    await makeIdx('big', { shape: [40, 40, 1] });
    await expect(load({ source: 'big' })).rejects.toThrow(/40x40 pixels.*say imageSize: 28 or 32/);
    const fitted = await load({ source: 'big', imageSize: 28 });
    expect([fitted.train.shape, fitted.train.images[784 * 5]]).toEqual([[28, 28, 1], 5]);
  });

  test('DOM-7: pictures with train/ and test/ folders', async () => {
    for (const [folder, count, grey] of [
      ['p/train/cat', 12, 0],
      ['p/train/dog', 8, 50],
      ['p/test/cat', 9, 100],
      ['p/test/dog', 9, 150],
    ] as const)
      await makePictures(folder, count, grey);
    const pictures = await load({ source: 'p', imageSize: 32, imageChannels: 3 });
    expect(pictures.classes).toEqual(['cat', 'dog']);
    expect(pictures.train.shape).toEqual([32, 32, 3]);
    expect([...pictures.train.labels].filter((label) => label === 0)).toHaveLength(12);
    expect(pictures.test.labels).toHaveLength(18);
    await makePictures('p/test/owl', 1, 200);
    await expect(load({ source: 'p' })).rejects.toThrow(/class folders differ: owl only in .*test/);
  });

  test('DOM-8: pictures in one folder are split 80 to 20 class by class, by the seed', async () => {
    await makePictures('q/2', 10, 0);
    await makePictures('q/10', 20, 100);
    const split = await load({ source: 'q' });
    expect(split.classes).toEqual(['2', '10']);
    const perClass = (labels: Uint8Array) => [0, 1].map((label) => labels.filter((l) => l === label).length);
    expect([perClass(split.train.labels), perClass(split.test.labels)]).toEqual([
      [8, 16],
      [2, 4],
    ]);
    const greys = [split.train, split.test].flatMap(({ images }) =>
      Array.from({ length: images.length / 784 }, (_, i) => images[i * 784]),
    );
    expect(new Set(greys).size).toBe(30);
    expect(split.notes.join()).toMatch(/20 % of each class/);
    expect((await load({ source: 'q', seed: 9 })).test).not.toEqual(split.test);
  });

  test('TIERDATA-10: of pictures in two folders only pairs are taken, and both parts split alike', async () => {
    await makePictures('photo/shoe', 20, 0);
    await makePictures('photo/boot', 20, 100);
    await makePictures('sketch/shoe', 18, 20);
    await makePictures('sketch/boot', 20, 120);
    const photo = await load({ source: 'photo', pairedWith: 'sketch' });
    const sketch = await load({ source: 'sketch', pairedWith: 'photo' });
    expect(photo.train.labels.length + photo.test.labels.length).toBe(38);
    expect(photo.notes.join()).toContain('2 of 40 files of');
    // Each sketch is 20 lighter than its photo.
    for (const part of ['train', 'test'] as const)
      expect([...sketch[part].images]).toEqual([...photo[part].images].map((byte) => byte + 20));
    await makePictures('photo2/sandal', 20, 0);
    await expect(load({ source: 'photo2', pairedWith: 'sketch' })).rejects.toThrow(
      'pairs have the same folder and name',
    );
    await makeIdx('mnist');
    await expect(load({ source: 'mnist', pairedWith: 'sketch' })).rejects.toThrow('drop pairedWith');
  });

  test('TIERDATA-9: Gaussian points are drawn, all modes or one, in a grid of the wanted size', async () => {
    const all = await load({ source: 'gaussians', limit: 90, testLimit: 18 }, undefined);
    expect([all.train.shape, all.classes.length, all.train.labels.length]).toEqual([[1, 1, 2], 9, 90]);
    const one = await load({ source: 'gaussians:4', grid: { side: 2, spacing: 1, deviation: 0.1 } });
    expect([one.classes.length, new Set(one.train.labels)]).toEqual([4, new Set([3])]);
    expect((await load({ source: 'gaussians', limit: 90, testLimit: 18 })).train).toEqual(all.train);
    await expect(load({ source: 'gaussians:10' })).rejects.toThrow('gaussians:1 to gaussians:9 for one');
    await expect(load({ source: 'gaussians', transform: 'invert' })).rejects.toThrow('these are points');
  });

  test('DOM-9: drawn domains need no files, in any size and in colour', async () => {
    const drawn = await load(
      { source: 'drawn:segments', limit: 30, testLimit: 16, imageSize: 32, imageChannels: 3 },
      undefined,
    );
    expect([drawn.train.labels.length, drawn.test.labels.length]).toEqual([30, 16]);
    expect(drawn.train.shape).toEqual([32, 32, 3]);
    expect(drawn.notes).toEqual([]);
    const coloured = await load({ source: 'drawn:pen', limit: 16, testLimit: 16, transform: 'colour' });
    expect(coloured.train.shape).toEqual([28, 28, 3]);
  });
});

describe('domains that cannot be loaded', () => {
  test.each([
    [{ source: 'mnist' }, /no folder .*mnist\. "npm run tessera -- data" tells where/],
    [{ source: 'mnsit' }, /no folder .*mnsit.*Did you mean mnist\?/],
    [{ source: 'drawn:chalk' }, /drawn:pen, drawn:marker, drawn:segments/],
    [{ source: 'drawn:pen', transform: 'colour', imageChannels: 1 }, /makes 3 channels, and 1 is asked for/],
  ] as const)('DOM-10: %j is refused with what to do', async (description, message) => {
    await expect(load(description)).rejects.toThrow(message);
    await expect(load(description)).rejects.toThrow(/^Domain "mine": /);
    await expect(load(description)).rejects.toBeInstanceOf(CommandFailure);
  });

  test('DOM-10: a known set without --data', async () => {
    const refused = loadDomain({ name: 'mine', source: 'kmnist' }, undefined);
    await expect(refused).rejects.toThrow(/give --data DIR, the folder in which kmnist\/ lies/);
  });

  test('DOM-11: a missing, damaged or foreign file is named', async () => {
    const place = await makeIdx('mnist');
    const labels = join(place, 't10k-labels-idx1-ubyte');
    await rm(labels);
    await expect(load({})).rejects.toThrow(/t10k-labels-idx1-ubyte \(or \.gz\) is missing\..*data get mnist/);
    await writeFile(`${labels}.gz`, gzipSync('something').subarray(0, 20));
    await expect(load({})).rejects.toThrow(/t10k-labels-idx1-ubyte\.gz is a damaged or cut short gzip/);
    await writeFile(labels, 'text that is no IDX');
    await expect(load({})).rejects.toThrow(/t10k-labels-idx1-ubyte does not begin like an IDX file/);
    await writeIdxLabels(labels, [0, 1, 2]);
    await expect(load({})).rejects.toThrow(/holds 20 images and .* 3 labels/);
    await mkdir(join(root, 'empty'));
    await expect(load({ source: 'empty' })).rejects.toThrow(/neither IDX files nor folders of pictures/);
  });

  test('DOM-12: training and test parts of different classes or shapes are refused', async () => {
    await makeIdx('mnist', { classes: 10, testClasses: 8 });
    await expect(load({})).rejects.toThrow(/labels 8, 9 occur in the training part only/);
    await makeIdx('a', { classes: 4, testClasses: 5 });
    await expect(load({ source: 'a' })).rejects.toThrow(/labels 4 occur in the test part only/);
    await makeIdx('b', { train: 15 });
    await expect(load({ source: 'b' })).rejects.toThrow(/15 training and 20 test images: 16 and 1/);
    await makeIdx('c');
    await writeIdxImages(join(root, 'c/t10k-images-idx3-ubyte'), new Uint8Array(20 * 32 * 32), [20, 32, 32]);
    await expect(load({ source: 'c' })).rejects.toThrow(/28x28x1 and test images of 32x32x1/);
  });
});
