// Decodes pictures in Node with sharp.
import { DECODED_SIDE, type ImageDecoder, MAX_PICTURE_PIXELS } from '@tessera/core/data';
import sharp from 'sharp';

/** Decodes a PNG, JPEG or WebP file, turned upright by its EXIF orientation, large ones reduced. */
export const decodePicture: ImageDecoder = async (file) => {
  const picture = sharp(await file.bytes(), { limitInputPixels: MAX_PICTURE_PIXELS, failOn: 'error' });
  const { data, info } = await picture
    .autoOrient()
    .resize({ width: DECODED_SIDE, height: DECODED_SIDE, fit: 'outside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgba: data };
};
