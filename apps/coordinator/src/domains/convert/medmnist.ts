// MedMNIST's archives: train_images, train_labels and the like, as NumPy arrays.
import type { DataPart } from '@tessera/core/data';
import { CommandFailure } from '../../cli/index.ts';
import type { IdxPart } from '../idx-folder.ts';
import { type NumpyArray, readNpz } from './numpy.ts';

/** Training and test part; the validation part is left alone. Throws a CommandFailure for any other archive. */
export function convertMedMnist(archive: Uint8Array, name: string): Record<DataPart, IdxPart> {
  const arrays = readNpz(archive, name);
  const part = (prefix: DataPart) => {
    const images = arrays.get(`${prefix}_images`);
    const labels = arrays.get(`${prefix}_labels`);
    if (!images || !labels)
      throw new CommandFailure(
        `${name} has no ${prefix}_images and ${prefix}_labels: it is no archive of MedMNIST.`,
      );
    return partOf(images, labels, `${prefix} part of ${name}`);
  };
  return { train: part('train'), test: part('test') };
}

function partOf(images: NumpyArray, labels: NumpyArray, name: string): IdxPart {
  const [count = 0, height = 0, width = 0, channels = 1, ...deeper] = images.shape;
  const usable = images.data instanceof Uint8Array && deeper.length === 0 && images.shape.length >= 3;
  if (!usable || (channels !== 1 && channels !== 3)) {
    throw new CommandFailure(
      `The ${name} holds images of ${images.shape.slice(1).join('x')}: flat images of 1 or 3 channels are wanted.`,
    );
  }
  const classes = Array.from(labels.data, Number);
  // A label of several values each, as ChestMNIST has, is more than one class per image.
  if (classes.length !== count || classes.some((label) => label < 0 || label > 255))
    throw new CommandFailure(`The ${name} does not have one class from 0 to 255 for each image.`);
  return {
    shape: [height, width, channels],
    images: images.data,
    labels: Uint8Array.from(classes),
  };
}
