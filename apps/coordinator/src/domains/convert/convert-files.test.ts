import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadDomain } from '../load-domain.ts';
import { matlab, npy, npz, tarGz } from '../testing/published-files.ts';
import { convertFile } from './convert-files.ts';
import { writeConvertedSet } from './converted-set.ts';

const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J'];

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tessera-convert-'));
});
afterEach(() => rm(root, { recursive: true }));

async function convert(name: string, content: Uint8Array) {
  await writeFile(join(root, name), content);
  return convertFile(join(root, name));
}

/** Bytes that differ from place to place and from seed to seed. */
function noise(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 17 + (i >> 5)) & 255);
}

describe('converted sets', () => {
  test('GET-1: CIFAR-10: planes become pixels, batches follow their numbers, and a domain loads them', async () => {
    const record = (label: number, seed: number) => Uint8Array.of(label, ...noise(3072, seed));
    const batch = (first: number) =>
      Buffer.concat(Array.from({ length: 20 }, (_, i) => record(i % 10, first + i)));
    const set = await convert(
      'cifar-10-binary.tar.gz',
      tarGz({
        'cifar-10-batches-bin/data_batch_2.bin': batch(100),
        'cifar-10-batches-bin/data_batch_1.bin': batch(0),
        'cifar-10-batches-bin/test_batch.bin': batch(200),
        'cifar-10-batches-bin/readme.html': noise(10, 1),
      }),
    );
    const folder = await writeConvertedSet(set, root);
    expect((await readdir(folder)).sort()).toEqual([
      'classes.txt',
      't10k-images-idx4-ubyte.gz',
      't10k-labels-idx1-ubyte.gz',
      'train-images-idx4-ubyte.gz',
      'train-labels-idx1-ubyte.gz',
    ]);
    const { train, test: tested, classes } = await loadDomain({ name: 'c', source: 'cifar-10' }, root);
    expect(classes[9]).toBe('truck');
    expect([train.shape, train.labels.length, tested.labels.length]).toEqual([[32, 32, 3], 40, 20]);
    expect([...train.labels.subarray(18, 23)]).toEqual([8, 9, 0, 1, 2]);
    const planes = noise(3072, 101);
    const pixel = train.images.subarray(21 * 3072 + 700 * 3, 21 * 3072 + 701 * 3);
    expect([...pixel]).toEqual([planes[700], planes[1724], planes[2748]]);
  });

  test('GET-2: SVHN: columns first become rows first, and the label 10 is the digit 0', async () => {
    const shape = [32, 32, 3, 20];
    const bytes = noise(32 * 32 * 3 * 20, 3);
    const y = Uint8Array.from({ length: 20 }, (_, i) => (i % 10) + 1);
    const content = matlab({ X: { shape, bytes }, y: { shape: [20, 1], bytes: y } });
    const train = await convert('train_32x32.mat', content);
    expect(Object.keys(train.parts)).toEqual(['train']);
    await writeConvertedSet(train, root);
    await writeConvertedSet(await convert('test_32x32.mat', content), root);
    const { train: loaded } = await loadDomain({ name: 's', source: 'svhn' }, root);
    expect([...loaded.labels.subarray(0, 11)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
    const [row, column, channel, n] = [5, 17, 2, 13];
    expect(loaded.images[((n * 32 + row) * 32 + column) * 3 + channel]).toBe(
      bytes[row + 32 * (column + 32 * (channel + 3 * n))],
    );
    await expect(convert('extra.mat', content)).rejects.toThrow(/train or test part: rename it/);
  });

  test('GET-3: MedMNIST: arrays of NumPy, labels of one or eight bytes', async () => {
    const images = noise(24 * 28 * 28 * 3, 5);
    const labels = Uint8Array.from({ length: 24 }, (_, i) => i % 8);
    const set = await convert(
      'bloodmnist.npz',
      npz({
        train_images: npy([24, 28, 28, 3], images),
        train_labels: npy([24, 1], labels),
        val_images: npy([1, 28, 28, 3], noise(2352, 1)),
        test_images: npy([24, 28, 28, 3], images),
        test_labels: npy([24, 1], BigInt64Array.from([...labels], BigInt)),
      }),
    );
    await writeConvertedSet(set, root);
    const blood = await loadDomain({ name: 'b', source: 'bloodmnist' }, root);
    expect(blood.classes).toHaveLength(8);
    expect(blood.train.images).toEqual(images);
    expect(blood.test.labels).toEqual(labels);
    expect(await readFile(join(root, 'bloodmnist/classes.txt'), 'utf8')).toMatch(/^basophil\neosinophil\n/);
  });

  test('GET-4: notMNIST: pictures by letter, a fifth of each for testing, damaged and doubled ones left out', async () => {
    const files: Record<string, Uint8Array> = {};
    for (const [i, letter] of LETTERS.entries()) {
      for (let n = 0; n < 5; n++) {
        const background = { r: i * 20 + n, g: i * 20 + n, b: i * 20 + n };
        const picture = sharp({ create: { width: 28, height: 28, channels: 3, background } });
        files[`notMNIST_small/${letter}/${n}.png`] = await picture.png().toBuffer();
      }
    }
    files['notMNIST_small/A/broken.png'] = noise(30, 1);
    files['notMNIST_small/A/again.png'] = files['notMNIST_small/A/0.png'] ?? new Uint8Array();
    const { parts, notes, classes } = await convert('notMNIST_small.tar.gz', tarGz(files));
    expect([parts.train?.labels.length, parts.test?.labels.length]).toEqual([40, 10]);
    expect(new Set(parts.test?.labels).size).toBe(10);
    expect(classes).toEqual(LETTERS);
    expect(notes.join(' ')).toMatch(/2 damaged or doubled pictures were left out/);
  });
});

describe('files that cannot be converted', () => {
  const whole = tarGz({ 'cifar-10-batches-bin/data_batch_1.bin': noise(3073, 1) });
  const tarBytes = (files: Record<string, Uint8Array>) => tarGz(files);
  test.each([
    ['holiday.zip', noise(10, 1), /cannot be converted: CIFAR-10's/],
    ['train-images-idx3-ubyte.gz', noise(10, 1), /IDX file already: put it into a folder/],
    ['cifar.tar.gz', whole.subarray(0, whole.length - 20), /damaged or cut short gzip/],
    ['cifar.tar.gz', gzipSync(noise(700, 9)), /damaged or cut short tar/],
    ['cifar.tar.gz', whole, /lacks training or test batches/],
    ['other.tgz', tarBytes({ 'a/b.txt': noise(3, 1) }), /neither CIFAR-10's binary batches nor notMNIST's/],
    [
      'cifar.tar.gz',
      tarBytes({ 'data_batch_1.bin': noise(3072, 1), 'test_batch.bin': noise(3073, 1) }),
      /data_batch_1.bin does not hold whole records of 3073 bytes/,
    ],
    ['blood.npz', noise(50, 1), /damaged or cut short .npz/],
    ['blood.npz', npz({ train_images: npy([2], noise(2, 1)) }), /no train_images and train_labels/],
    ['blood.npz', npz({ train_images: noise(40, 1) }), /no NumPy array/],
    ['train.mat', noise(300, 1), /no MATLAB 5 file/],
    ['train.mat', matlab({ X: { shape: [2, 1], bytes: noise(2, 1) } }), /does not hold SVHN's X/],
    [
      'train.mat',
      matlab({ X: { shape: [32, 32, 3, 2], bytes: noise(6144, 1) } }).subarray(0, 150),
      /cut short/,
    ],
  ])('GET-5: %s is refused in words', async (name, content, message) => {
    await expect(convert(name, content)).rejects.toThrow(message);
  });

  test('GET-5: a file that is not there is named', async () => {
    await expect(convertFile(join(root, 'gone.npz'))).rejects.toThrow(/gone.npz cannot be read/);
  });
});
