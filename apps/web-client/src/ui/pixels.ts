// Image bytes as the canvas wants them, points as a path.

/** RGBA of one image of height x width x channels bytes (1 or 3 channels), row-major. */
export function rgbaOf(bytes: Uint8Array, channels: number): Uint8ClampedArray {
  const pixels = Math.floor(bytes.length / channels);
  const rgba = new Uint8ClampedArray(pixels * 4);
  for (let i = 0; i < pixels; i++) {
    for (let channel = 0; channel < 3; channel++) {
      rgba[i * 4 + channel] = bytes[i * channels + Math.min(channel, channels - 1)] ?? 0;
    }
    rgba[i * 4 + 3] = 255;
  }
  return rgba;
}

/** Units of each side of a cloud of points. */
export const CLOUD_SIDE = 255;

/** Where a point stands in the square, in its units; x to the right and y upwards, as shares of the sides. */
export function cloudPlace(x: number, y: number): readonly [number, number] {
  return [x * CLOUD_SIDE, (1 - y) * CLOUD_SIDE];
}

/** The path of an SVG with a dot for each point; points are two bytes, x to the right and y upwards. */
export function cloudOf(points: Uint8Array): string {
  const dots: string[] = [];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = cloudPlace((points[i] ?? 0) / 255, (points[i + 1] ?? 0) / 255);
    dots.push(`M${String(Math.round(x))} ${String(Math.round(y))}h0`);
  }
  return dots.join('');
}

/** Cuts a stack of equal images into one byte array each; what does not fill an image is left out. */
export function imagesIn(bytes: Uint8Array, bytesPerImage: number): Uint8Array[] {
  const count = Math.floor(bytes.length / bytesPerImage);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * bytesPerImage, (i + 1) * bytesPerImage));
}

/** The bytes of a base64 text. */
export function bytesOfBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
