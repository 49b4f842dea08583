import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectImages, DataError, type DataTarget, DIGITS, type NamedFile } from '@tessera/core/data';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodePicture, loadImages, type LoadOptions, readDataDirectory } from './index.ts';

let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'tessera-data-'))));
afterEach(() => rm(root, { recursive: true }));

/** A picture that is red on the left and blue on the right. */
const redBlue = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: 'blue' } }).composite([
    {
      input: { create: { width: Math.ceil(width / 2), height, channels: 3, background: 'red' } },
      left: 0,
      top: 0,
    },
  ]);

const fileOf = (content: Uint8Array): NamedFile => ({
  ...{ path: 'x', size: content.length },
  bytes: () => Promise.resolve(content),
});

async function corners(content: Uint8Array) {
  const { width, height, rgba } = await decodePicture(fileOf(content));
  const colour = (x: number, y: number) => {
    const [r = 0, , b = 0] = rgba.subarray((y * width + x) * 4);
    return r > 150 && b < 100 ? 'red' : b > 150 && r < 100 ? 'blue' : 'mixed';
  };
  const [right, bottom] = [width - 1, height - 1];
  return { width, height, is: [colour(0, 0), colour(right, 0), colour(0, bottom), colour(right, bottom)] };
}

describe('decoding with sharp', () => {
  test('DATA-38: PNG, JPEG and WebP become RGBA', async () => {
    const picture = redBlue(40, 20);
    for (const encoded of [picture.clone().png(), picture.clone().jpeg(), picture.clone().webp()]) {
      expect(await corners(await encoded.toBuffer())).toEqual({
        ...{ width: 40, height: 20, is: ['red', 'blue', 'red', 'blue'] },
      });
    }
  });

  test('DATA-38: a grey PNG has three equal channels, a transparent one keeps its alpha', async () => {
    const grey = sharp({ create: { width: 3, height: 3, channels: 3, background: '#808080' } }).toColourspace(
      'b-w',
    );
    const decoded = await decodePicture(fileOf(await grey.png().toBuffer()));
    expect([...decoded.rgba.subarray(0, 4)]).toEqual([128, 128, 128, 255]);
    const glass = sharp({
      create: { width: 3, height: 3, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } },
    });
    const clear = await decodePicture(fileOf(await glass.png().toBuffer()));
    expect(clear.rgba[3]).toBe(0);
  });

  test('DATA-39: a photo is turned upright by its EXIF orientation', async () => {
    // Orientation 6: the camera was turned, so that the left edge of the stored picture is the top.
    const turned = await redBlue(40, 20).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect(await corners(turned)).toEqual({ width: 20, height: 40, is: ['red', 'red', 'blue', 'blue'] });
  });

  test('DATA-40: a large photo is reduced, its shorter side to 256 pixels', async () => {
    const large = await corners(await redBlue(1_500, 1_000).jpeg().toBuffer());
    expect(large).toEqual({ width: 384, height: 256, is: ['red', 'blue', 'red', 'blue'] });
  });

  test('DATA-10: a truncated or damaged picture is rejected', async () => {
    const noise = Buffer.from({ length: 300 * 300 * 3 } as ArrayLike<number>).map((_, i) => (i * 7919) >> 4);
    const raw = { raw: { width: 300, height: 300, channels: 3 as const } };
    for (const encoded of [sharp(noise, raw).jpeg(), sharp(noise, raw).png()]) {
      const whole = await encoded.toBuffer();
      const half = whole.subarray(0, whole.length / 2);
      await expect(decodePicture(fileOf(half))).rejects.toThrow();
    }
  });

  test('DATA-18: the sizes in the headers of real PNG, JPEG and WebP files are found', async () => {
    const target = { imageShape: [28, 28, 3], classes: ['a'] } as const;
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      const files = await Promise.all(
        Array.from({ length: 16 }, async (_, i) => {
          const background = { r: i * 9, g: 0, b: 0 };
          const picture = sharp({ create: { width: 300 + i, height: 40, channels: 3, background } });
          return { ...fileOf(await picture.toFormat(format).toBuffer()), path: `a/${i}` };
        }),
      );
      const { counts } = await connectImages(files, { target, decode: decodePicture });
      expect([format, counts]).toEqual([format, [16]]);
    }
  });
});

describe('reading a directory', () => {
  test('DATA-41: files come in the order of their names, under the name of the directory', async () => {
    await mkdir(join(root, 'set/3'), { recursive: true });
    for (const name of ['set/b.png', 'set/3/a.png', 'set/.hidden']) await writeFile(join(root, name), 'x');
    const files = await readDataDirectory(join(root, 'set'));
    expect(files.map(({ path, size }) => [path, size])).toEqual([
      ['set/3/a.png', 1],
      ['set/b.png', 1],
    ]);
    expect(await files[0]?.bytes()).toEqual(Uint8Array.of(120));
    expect((await readDataDirectory(join(root, 'set/b.png'))).map(({ path }) => path)).toEqual(['b.png']);
  });

  test('DATA-41: links to files are followed, links to directories are not', async () => {
    await mkdir(join(root, 'set'));
    await writeFile(join(root, 'a.png'), 'x');
    await symlink(join(root, 'a.png'), join(root, 'set/link.png'));
    await symlink(root, join(root, 'set/loop'));
    await symlink(join(root, 'gone'), join(root, 'set/dangling'));
    const files = await readDataDirectory(join(root, 'set'));
    expect(files.map(({ path }) => path)).toEqual(['set/link.png']);
  });

  test('DATA-42: a directory that is not there, or holds nothing, is an error that names it', async () => {
    await expect(readDataDirectory(join(root, 'gone'))).rejects.toThrow(
      expect.objectContaining({
        code: 'not-found',
        message: expect.stringMatching(/gone does not exist/) as string,
      }),
    );
    await expect(load({ source: root })).rejects.toThrow(expect.objectContaining({ code: 'no-files' }));
  });
});

const target: DataTarget = { imageShape: [28, 28, 1], classes: DIGITS };

function load(options: Partial<LoadOptions>) {
  return loadImages({ source: root, target, seed: 1, ...options });
}

/** An IDX pair of `count` images whose labels count from 0 to `classes` - 1 over and over. */
async function writeIdxPair(count: number, classes: number): Promise<void> {
  const header = (...sizes: number[]) => {
    const bytes = Buffer.alloc(4 + 4 * sizes.length);
    bytes.writeUInt32BE(0x0800 + sizes.length);
    sizes.forEach((size, i) => bytes.writeUInt32BE(size, 4 + 4 * i));
    return bytes;
  };
  const pixels = Buffer.alloc(count * 784).map((_, i) => Math.floor(i / 784) % 256);
  const labels = Buffer.alloc(count).map((_, i) => i % classes);
  await writeFile(join(root, 'train-images-idx3-ubyte'), Buffer.concat([header(count, 28, 28), pixels]));
  await writeFile(join(root, 'train-labels-idx1-ubyte'), Buffer.concat([header(count), labels]));
}

describe('images of a headless device', () => {
  test('DATA-43: a directory, cut down to some classes and a number chosen by the seed', async () => {
    await writeIdxPair(200, 10);
    expect((await load({})).set.labels).toHaveLength(200);
    const { set } = await load({ only: [1, 4], limit: 30 });
    expect(set.labels).toHaveLength(30);
    expect(new Set(set.labels)).toEqual(new Set([1, 4]));
    expect((await load({ limit: 30, seed: 1 })).set).toEqual((await load({ limit: 30, seed: 1 })).set);
    expect((await load({ limit: 30, seed: 1 })).set).not.toEqual((await load({ limit: 30, seed: 2 })).set);
  });

  test('DATA-43: choosing classes leaves out IDX labels that the run does not know', async () => {
    await writeIdxPair(200, 20);
    await expect(load({})).rejects.toThrow(expect.objectContaining({ code: 'unknown-classes' }));
    expect(new Set((await load({ only: [0, 1, 2] })).set.labels)).toEqual(new Set([0, 1, 2]));
  });

  test('DATA-15: a limit or choice that leaves fewer than 16 images is refused', async () => {
    await writeIdxPair(100, 10);
    await expect(load({ limit: 15 })).rejects.toThrow(expect.objectContaining({ code: 'too-few-images' }));
    await expect(load({ only: [3] })).rejects.toThrow(expect.objectContaining({ code: 'too-few-images' }));
    await expect(load({ only: [10] })).rejects.toThrow(/no class 10: the run has the classes 0 to 9/);
  });

  test('DATA-44: drawn data by name; an unknown name lists what there is', async () => {
    const { set } = await load({ source: 'drawn:marker', only: [2, 5], limit: 50 });
    expect(set.labels).toHaveLength(50);
    expect(new Set(set.labels)).toEqual(new Set([2, 5]));
    expect((await load({ source: 'drawn:pen' })).set.labels).toHaveLength(2_000);
    const refused = load({ source: 'drawn:chalk' });
    await expect(refused).rejects.toThrow(/drawn:pen, drawn:marker, drawn:segments/);
    await expect(refused).rejects.toBeInstanceOf(DataError);
  });

  test('TIERDATA-37: points around one mean by name; a mean that is not there lists those that are', async () => {
    const target = { imageShape: [1, 1, 2] as const, classes: ['points'], labelled: false };
    const source = 'gaussians:5';
    const { set } = await load({ source, target });
    expect([set.shape, set.labels.length]).toEqual([[1, 1, 2], 2_000]);
    // The fifth mean is the origin, where a byte is 127.5.
    expect(set.images.every((byte) => Math.abs(byte - 127.5) < 127.5 * 0.3)).toBe(true);
    expect((await load({ source, target, limit: 40 })).set.labels).toHaveLength(40);
    expect((await load({ source, target })).set).toEqual(set);
    for (const other of [{ seed: 2 }, { part: 'test' }] as const)
      expect((await load({ source, target, ...other })).set).not.toEqual(set);
    for (const absent of ['gaussians', 'gaussians:0', 'gaussians:10'])
      await expect(load({ source: absent, target })).rejects.toThrow('choose gaussians:1 to gaussians:9');
    await expect(load({ source })).rejects.toThrow(expect.objectContaining({ code: 'wrong-data' }));
    await expect(load({ source, target, limit: 15 })).rejects.toThrow(
      expect.objectContaining({ code: 'too-few-images' }),
    );
  });
});
