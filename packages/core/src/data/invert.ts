// Dark strokes on a light ground, turned into what most sets of strokes are: light on dark.
import { bytesPerImage, type ImageSet } from './image-set.ts';

/** Turns every pixel into its complement, in place. */
export function invertPixels(pixels: Uint8Array): void {
  for (let i = 0; i < pixels.length; i++) pixels[i] = 255 - (pixels[i] ?? 0);
}

/** Whether the outermost pixels of a grey set are light on average; a colour set is never said to be. */
export function isLightGround(set: Pick<ImageSet, 'images' | 'shape'>): boolean {
  const [height, width, channels] = set.shape;
  if (channels !== 1) return false;
  const size = bytesPerImage(set.shape);
  let sum = 0;
  let pixels = 0;
  for (let start = 0; start < set.images.length; start += size) {
    for (let y = 0; y < height; y++) {
      const step = y === 0 || y === height - 1 ? 1 : width - 1;
      for (let x = 0; x < width; x += step) {
        sum += set.images[start + y * width + x] ?? 0;
        pixels++;
      }
    }
  }
  return sum > 127.5 * pixels;
}
