// notMNIST's archive: a folder of PNG files for each letter, without a test part.
import { connectImages, type NamedFile } from '@tessera/core/data';
import { Random } from '@tessera/core/random';
import { decodePicture } from '../../data/index.ts';
import { splitByClass } from '../picture-domain.ts';
import type { ConvertedSet } from './converted-set.ts';
import type { TarEntry } from './tar.ts';

const SPLIT_SEED = 0;

/** Whether an archive's file is one of notMNIST's pictures. */
export function isNotMnistPicture({ path }: TarEntry): boolean {
  return /(^|\/)[A-J]\/[^/]+\.png$/.test(path);
}

/** Both parts, split here; damaged and doubled pictures are left out. Throws the DataError of unusable ones. */
export async function convertNotMnist(
  entries: readonly TarEntry[],
  classes: readonly string[],
): Promise<Pick<ConvertedSet, 'parts' | 'notes'>> {
  const files = entries.filter(isNotMnistPicture).map(({ path, bytes }): NamedFile => ({
    path,
    size: bytes.length,
    bytes: () => Promise.resolve(bytes),
  }));
  const target = { imageShape: [28, 28, 1] as const, classes };
  const { set, skipped } = await connectImages(files, { target, decode: decodePicture });
  const parts = splitByClass(set, new Random(SPLIT_SEED));
  return {
    parts,
    notes: [
      'There is no test part: 20 % of each letter, chosen at random by a fixed seed, make one.',
      ...(skipped.length > 0 ? [`${skipped.length} damaged or doubled pictures were left out.`] : []),
    ],
  };
}
