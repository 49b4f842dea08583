// Named limits of connected images: nothing that a file claims about itself is allowed to grow without bound.

/** Fewer images than this cannot be trained on: batch statistics of so few are noise. */
export const MIN_IMAGES = 16;

/** Files that one selection may hold, those inside zips included. */
export const MAX_FILES = 100_000;

/** One file as it lies on the disk. */
export const MAX_FILE_BYTES = 256 * 2 ** 20; // 256 MiB

/** What all gzip and zip files of one selection together may unpack to. */
export const MAX_UNPACKED_BYTES = 256 * 2 ** 20; // 256 MiB

/** One picture before it is decoded; as RGBA this is 400 MB. */
export const MAX_PICTURE_PIXELS = 100_000_000; // 100 megapixels

/** All fitted images of a device together. */
export const MAX_SET_BYTES = 256 * 2 ** 20; // 256 MiB

/** Decoders may hand over a picture reduced to this many pixels on its shorter side. */
export const DECODED_SIDE = 256; // pixels

/** Before-and-after pairs kept for the volunteer to look at. */
export const MAX_PREVIEWS = 20;

/** The longer side of a preview's original. */
export const PREVIEW_SIDE = 112; // pixels

/** Bytes in words, for messages. */
export function inMebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0)} MiB`;
}
