// A connected set as bytes, for the private copy that a volunteer may keep in the browser.
import { z } from 'zod';
import { joinBytes } from './bytes.ts';
import { DataError } from './data-error.ts';
import { bytesPerImage, type ImageSet } from './image-set.ts';
import { MAX_SET_BYTES } from './limits.ts';

/** First bytes of every copy; the digit is the version of the layout. */
const MAGIC = 'tessera-images-1\n';
const MAX_HEADER_BYTES = 64 * 2 ** 10; // 64 KiB

const headerSchema = z.strictObject({
  shape: z.tuple([z.int().min(1).max(1024), z.int().min(1).max(1024), z.union([z.literal(1), z.literal(3)])]),
  classNames: z.array(z.string().max(200)).min(1).max(256),
  count: z.int().min(1).max(MAX_SET_BYTES),
});

/** Magic, header length (uint32, little-endian), JSON header, labels, images. */
export function encodeImageSet(set: ImageSet): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const header = headerSchema.parse({
    shape: set.shape,
    classNames: set.classNames,
    count: set.labels.length,
  });
  const json = encoder.encode(JSON.stringify(header));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, json.length, true);
  return joinBytes([encoder.encode(MAGIC), length, json, set.labels, set.images]);
}

/** Reads what `encodeImageSet` wrote; throws `copy-damaged` for anything else. */
export function decodeImageSet(bytes: Uint8Array): ImageSet {
  const start = MAGIC.length + 4;
  if (bytes.length < start || new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC)
    throw damaged();
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  if (headerLength > MAX_HEADER_BYTES || start + headerLength > bytes.length) throw damaged();
  const { shape, classNames, count } = readHeader(bytes.subarray(start, start + headerLength));
  const labelsAt = start + headerLength;
  const imagesAt = labelsAt + count;
  if (bytes.length !== imagesAt + count * bytesPerImage(shape)) throw damaged();
  const labels = bytes.slice(labelsAt, imagesAt);
  if (labels.some((label) => label >= classNames.length)) throw damaged();
  return { shape, classNames, labels, images: bytes.slice(imagesAt) };
}

function readHeader(bytes: Uint8Array): z.infer<typeof headerSchema> {
  try {
    return headerSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    throw damaged();
  }
}

function damaged(): DataError {
  return new DataError(
    'copy-damaged',
    'The private copy in this browser cannot be read: choose your files again.',
  );
}
