// Converts files as their publishers pack them into IDX files, whatever they are.
import { basename } from 'node:path';
import { CommandFailure } from '../../cli/index.ts';
import { knownSet } from '../known-sets.ts';
import { readBytes, unpackBytes } from '../read-bytes.ts';
import { convertCifar, isCifarBatch } from './cifar.ts';
import type { ConvertedSet } from './converted-set.ts';
import { convertMedMnist } from './medmnist.ts';
import { convertNotMnist, isNotMnistPicture } from './notmnist.ts';
import { convertSvhn } from './svhn.ts';
import { readTar } from './tar.ts';

/** The set (or the part of one) in a publisher's file; throws a CommandFailure or DataError that says what to do. */
export async function convertFile(path: string): Promise<ConvertedSet> {
  const name = basename(path);
  if (/ubyte(\.gz)?$/i.test(name))
    throw new CommandFailure(
      `${name} is an IDX file already: put it into a folder named like its set, for example DIR/mnist/.`,
    );
  if (/\.(tar\.gz|tgz)$/i.test(name))
    return fromArchive(await unpackBytes(await readBytes(path), 'gzip', path), name);
  if (/\.npz$/i.test(name)) return fromNpz(await readBytes(path), name);
  if (/\.mat$/i.test(name)) return fromMatlab(await readBytes(path), name);
  throw new CommandFailure(
    `${name} cannot be converted: CIFAR-10's cifar-10-binary.tar.gz, SVHN's train_32x32.mat and test_32x32.mat, ` +
      "MedMNIST's .npz and notMNIST's notMNIST_small.tar.gz can.",
  );
}

async function fromArchive(archive: Uint8Array, name: string): Promise<ConvertedSet> {
  const entries = readTar(archive, name);
  if (entries.some(isCifarBatch))
    return { ...identity('cifar-10'), parts: convertCifar(entries, name), notes: [] };
  if (entries.some(isNotMnistPicture)) {
    const letters = identity('notmnist');
    return { ...letters, ...(await convertNotMnist(entries, letters.classes)) };
  }
  throw new CommandFailure(
    `${name} holds neither CIFAR-10's binary batches nor notMNIST's pictures. Of CIFAR-10, take the "binary version".`,
  );
}

function fromNpz(archive: Uint8Array, name: string): ConvertedSet {
  const parts = convertMedMnist(archive, name);
  const stem = name.replace(/\.npz$/i, '').toLowerCase();
  const largest = Math.max(...[parts.train, parts.test].map(({ labels }) => Math.max(0, ...new Set(labels))));
  const classes = knownSet(stem)?.classes ?? Array.from({ length: largest + 1 }, (_, i) => String(i));
  return { name: stem, classes, parts, notes: ['The validation part is not used.'] };
}

async function fromMatlab(file: Uint8Array, name: string): Promise<ConvertedSet> {
  const part = /train/i.test(name) ? 'train' : /test/i.test(name) ? 'test' : undefined;
  if (!part)
    throw new CommandFailure(
      `The name ${name} does not say whether it is SVHN's train or test part: rename it.`,
    );
  return { ...identity('svhn'), parts: { [part]: await convertSvhn(file, name) }, notes: [] };
}

function identity(name: string): Pick<ConvertedSet, 'name' | 'classes'> {
  return { name, classes: knownSet(name)?.classes ?? [] };
}
