// Fits a picture of any size to the run's shape: centre crop, area average, grey or colour.
import { bytesPerImage, type ImageShape } from './image-set.ts';

/** A decoded picture, upright (EXIF orientation applied): width*height*4 bytes, alpha not premultiplied. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray | Uint8Array;
}

/** Luma of ITU-R BT.601-7 (2.5.1): what "grey" means in PIL and torchvision, whose sets runs are compared with. */
const LUMA = [0.299, 0.587, 0.114] as const;

/** The picture as h*w*c bytes of the run's shape; throws a RangeError for a picture without pixels. */
export function fitImage(picture: DecodedImage, shape: ImageShape): Uint8Array {
  const [height, width, channels] = shape;
  const crop = centreCrop(picture, width / height);
  const pixels = opaquePixels(picture, crop, channels);
  const narrow = averageAlong(pixels, { before: crop.height, from: crop.width, to: width, after: channels });
  const small = averageAlong(narrow, { before: 1, from: crop.height, to: height, after: width * channels });
  const bytes = new Uint8Array(bytesPerImage(shape));
  small.forEach((value, i) => (bytes[i] = Math.round(value)));
  return bytes;
}

/** The same picture, no longer than `side` pixels on its longer side. */
export function reduceImage(picture: DecodedImage, side: number): DecodedImage {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const all = { left: 0, top: 0, width: picture.width, height: picture.height };
  const pixels = opaquePixels(picture, all, 3);
  const narrow = averageAlong(pixels, { before: all.height, from: all.width, to: width, after: 3 });
  const small = averageAlong(narrow, { before: 1, from: all.height, to: height, after: width * 3 });
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  small.forEach((value, i) => (rgba[Math.floor(i / 3) * 4 + (i % 3)] = value));
  return { width, height, rgba };
}

/** Pixels of that shape as a picture, grey in three equal channels. */
export function asPicture(pixels: Uint8Array, [height, width, channels]: ImageShape): DecodedImage {
  const rgba = new Uint8ClampedArray(height * width * 4).fill(255);
  for (let p = 0; p < height * width; p++) {
    for (let c = 0; c < 3; c++) rgba[p * 4 + c] = pixels[p * channels + (channels === 1 ? 0 : c)] ?? 0;
  }
  return { width, height, rgba };
}

interface Crop {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The largest centred part with that aspect (width over height). */
function centreCrop(picture: DecodedImage, aspect: number): Crop {
  if (picture.width < 1 || picture.height < 1) throw new RangeError('the picture has no pixels');
  const width = Math.max(1, Math.round(Math.min(picture.width, picture.height * aspect)));
  const height = Math.max(1, Math.round(Math.min(picture.height, picture.width / aspect)));
  return {
    left: Math.floor((picture.width - width) / 2),
    top: Math.floor((picture.height - height) / 2),
    width,
    height,
  };
}

/** Grey or colour of the cropped part, laid on a ground that what is drawn stands out from. */
function opaquePixels({ width, rgba }: DecodedImage, crop: Crop, channels: number): Float32Array {
  const ground = groundFor(rgba);
  const pixels = new Float32Array(crop.width * crop.height * channels);
  let out = 0;
  for (let y = 0; y < crop.height; y++) {
    let at = ((crop.top + y) * width + crop.left) * 4;
    for (let x = 0; x < crop.width; x++, at += 4) {
      const opacity = (rgba[at + 3] ?? 0) / 255;
      const under = (1 - opacity) * ground;
      if (channels === 1) pixels[out++] = under + opacity * luma(rgba, at);
      else for (let c = 0; c < channels; c++) pixels[out++] = under + opacity * (rgba[at + c] ?? 0);
    }
  }
  return pixels;
}

/** Black under a light drawing with transparent parts, white under a dark one. */
function groundFor(rgba: DecodedImage['rgba']): 0 | 255 {
  let light = 0;
  let opacity = 0;
  for (let at = 0; at < rgba.length; at += 4) {
    const alpha = rgba[at + 3] ?? 0;
    light += alpha * luma(rgba, at);
    opacity += alpha;
  }
  return light > 127.5 * opacity ? 0 : 255;
}

function luma(rgba: DecodedImage['rgba'], at: number): number {
  return LUMA[0] * (rgba[at] ?? 0) + LUMA[1] * (rgba[at + 1] ?? 0) + LUMA[2] * (rgba[at + 2] ?? 0);
}

interface Axis {
  readonly before: number;
  readonly from: number;
  readonly to: number;
  readonly after: number;
}

/** Resizes the middle axis of [before, from, after] to `to`, each value the mean over the interval it covers. */
function averageAlong(values: Float32Array, { before, from, to, after }: Axis): Float32Array {
  if (from === to) return values;
  const result = new Float32Array(before * to * after);
  const length = from / to;
  for (let o = 0; o < to; o++) {
    const start = o * length;
    const end = Math.min(from, start + length);
    for (let i = Math.floor(start); i < end; i++) {
      const weight = (Math.min(i + 1, end) - Math.max(i, start)) / length;
      for (let b = 0; b < before; b++) {
        const target = (b * to + o) * after;
        const source = (b * from + i) * after;
        for (let a = 0; a < after; a++) {
          result[target + a] = (result[target + a] ?? 0) + weight * (values[source + a] ?? 0);
        }
      }
    }
  }
  return result;
}
