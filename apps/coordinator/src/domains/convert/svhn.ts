// SVHN's cropped digits: MATLAB files with X [32, 32, 3, n] and y [n, 1], in which 10 stands for the digit 0.
import { CommandFailure } from '../../cli/index.ts';
import type { IdxPart } from '../idx-folder.ts';
import { readMatlab } from './matlab.ts';

/** Images and labels of one file; throws a CommandFailure where they are not there or do not fit. */
export async function convertSvhn(file: Uint8Array, name: string): Promise<IdxPart> {
  const arrays = await readMatlab(file, name);
  const pixels = arrays.get('X')?.bytes;
  const [height = 0, width = 0, channels = 0, count = 0] = arrays.get('X')?.shape ?? [];
  const digits = Array.from(arrays.get('y')?.data ?? []);
  if (!pixels || channels !== 3 || digits.length !== count)
    throw new CommandFailure(`${name} does not hold SVHN's X [32, 32, 3, n] and y [n, 1].`);
  const wrong = digits.find((digit) => !Number.isInteger(digit) || digit < 1 || digit > 10);
  if (wrong !== undefined) throw new CommandFailure(`${name} holds the label ${wrong}; SVHN's are 1 to 10.`);
  const images = new Uint8Array(pixels.length);
  const size = height * width * channels;
  // MATLAB counts down the columns first: row, then column, then channel, then image.
  for (let from = 0, start = 0; start < images.length; start += size)
    for (let channel = 0; channel < channels; channel++)
      for (let column = 0; column < width; column++)
        for (let row = 0; row < height; row++)
          images[start + (row * width + column) * channels + channel] = pixels[from++] ?? 0;
  return { shape: [height, width, 3], images, labels: Uint8Array.from(digits, (digit) => digit % 10) };
}
