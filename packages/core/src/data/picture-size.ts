// Width and height of a PNG, JPEG or WebP picture from its header, so that an absurd one is refused undecoded.
import type { PictureKind } from './file-kind.ts';

/** A picture's sides in pixels, before any EXIF rotation. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** The size that the header states; undefined when there is no readable header. */
export function pictureSize(bytes: Uint8Array, kind: PictureKind): PictureSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    switch (kind) {
      case 'png':
        return { width: view.getUint32(16), height: view.getUint32(20) };
      case 'jpeg':
        return jpegSize(view);
      case 'webp':
        return webpSize(view);
      default:
        return kind satisfies never;
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined; // the header ends early
    throw error;
  }
}

/** Walks the JPEG's segments to its start-of-frame (ITU-T T.81, B.2.2). */
function jpegSize(view: DataView): PictureSize | undefined {
  for (let at = 2; view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1; // a fill byte
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** The three WebP forms: lossy, lossless and extended (RFC 9649, 2.5 to 2.7). */
function webpSize(view: DataView): PictureSize | undefined {
  const uint24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  const form = String.fromCharCode(...[12, 13, 14, 15].map((at) => view.getUint8(at)));
  switch (form) {
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: uint24(24) + 1, height: uint24(27) + 1 };
    default:
      return undefined;
  }
}
