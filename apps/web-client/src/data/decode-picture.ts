// Decodes pictures with the browser's own decoders, in a Worker or on the page.
import { DECODED_SIDE, type ImageDecoder } from '@tessera/core/data';

/** Decodes a PNG, JPEG or WebP file, turned upright by its EXIF orientation, large ones reduced. */
export const decodePicture: ImageDecoder = async (file) => {
  const content = new Uint8Array(await file.bytes()); // a copy, because a Blob takes no shared memory
  const bitmap = await createImageBitmap(new Blob([content]), { imageOrientation: 'from-image' });
  try {
    const scale = Math.min(1, DECODED_SIDE / Math.min(bitmap.width, bitmap.height));
    const width = Math.round(bitmap.width * scale);
    const height = Math.round(bitmap.height * scale);
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('this browser has no 2D canvas in Workers: update it');
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, width, height);
    return { width, height, rgba: context.getImageData(0, 0, width, height).data };
  } finally {
    bitmap.close();
  }
};
