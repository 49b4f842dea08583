// CIFAR-10's binary version: records of a label and three planes of 32x32 bytes.
import { CommandFailure } from '../../cli/index.ts';
import type { IdxPart } from '../idx-folder.ts';
import type { TarEntry } from './tar.ts';

const SIDE = 32;
const PLANE_BYTES = SIDE * SIDE;
const RECORD_BYTES = 1 + 3 * PLANE_BYTES;

/** Whether an archive's file is one of CIFAR-10's batches. */
export function isCifarBatch({ path }: TarEntry): boolean {
  return /(^|\/)(data_batch_\d+|test_batch)\.bin$/.test(path);
}

/** Training and test part from the batches; throws a CommandFailure where one is incomplete or none is there. */
export function convertCifar(entries: readonly TarEntry[], name: string): { train: IdxPart; test: IdxPart } {
  const batches = entries.filter(isCifarBatch).sort((a, b) => (a.path < b.path ? -1 : 1));
  const test = batches.filter(({ path }) => path.endsWith('test_batch.bin'));
  const train = batches.filter((batch) => !test.includes(batch));
  if (train.length === 0 || test.length === 0)
    throw new CommandFailure(`${name} lacks training or test batches of CIFAR-10's binary version.`);
  return { train: joined(train), test: joined(test) };
}

function joined(batches: readonly TarEntry[]): IdxPart {
  const broken = batches.find(({ bytes }) => bytes.length === 0 || bytes.length % RECORD_BYTES !== 0);
  if (broken)
    throw new CommandFailure(`${broken.path} does not hold whole records of ${RECORD_BYTES} bytes.`);
  const count = batches.reduce((sum, { bytes }) => sum + bytes.length / RECORD_BYTES, 0);
  const images = new Uint8Array(count * 3 * PLANE_BYTES);
  const labels = new Uint8Array(count);
  let image = 0;
  for (const { bytes } of batches) {
    for (let at = 0; at < bytes.length; at += RECORD_BYTES, image++) {
      labels[image] = bytes[at] ?? 0;
      interleave(bytes.subarray(at + 1, at + RECORD_BYTES), images.subarray(image * 3 * PLANE_BYTES));
    }
  }
  return { shape: [SIDE, SIDE, 3], images, labels };
}

/** Red, green and blue plane to red, green and blue of each pixel. */
function interleave(planes: Uint8Array, into: Uint8Array): void {
  for (let c = 0; c < 3; c++)
    for (let p = 0; p < PLANE_BYTES; p++) into[p * 3 + c] = planes[c * PLANE_BYTES + p] ?? 0;
}
