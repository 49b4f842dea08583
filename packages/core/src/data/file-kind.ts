// What a file is, by its first bytes; names are not trusted.

/** The kinds of picture that browsers and Node can both decode. */
export type PictureKind = 'png' | 'jpeg' | 'webp';

/** The kinds of file that are told apart. */
export type FileKind = PictureKind | 'heic' | 'gzip' | 'zip' | 'idx' | 'unknown';

/** The kind of a file by its content. */
export function fileKind(bytes: Uint8Array): FileKind {
  const at = (offset: number, ...wanted: number[]) => wanted.every((byte, i) => bytes[offset + i] === byte);
  const text = (offset: number, wanted: string) =>
    at(offset, ...Array.from(wanted, (letter) => letter.charCodeAt(0)));
  if (at(0, 0x89) && text(1, 'PNG\r\n\x1a\n')) return 'png';
  if (at(0, 0xff, 0xd8, 0xff)) return 'jpeg';
  if (text(0, 'RIFF') && text(8, 'WEBP')) return 'webp';
  if (text(4, 'ftyp') && ['heic', 'heix', 'mif1', 'msf1'].some((brand) => text(8, brand))) return 'heic';
  if (at(0, 0x1f, 0x8b)) return 'gzip';
  if (text(0, 'PK\x03\x04') || text(0, 'PK\x05\x06')) return 'zip';
  const dimensions = bytes[3] ?? 0;
  if (at(0, 0, 0) && [8, 9, 11, 12, 13, 14].includes(bytes[2] ?? 0) && dimensions >= 1 && dimensions <= 4) {
    return 'idx';
  }
  return 'unknown';
}

/** Whether the name promises IDX data, as in "train-images-idx3-ubyte". */
export function namedLikeIdx(path: string): boolean {
  return /[-._]idx\d?([-._]|$)|ubyte/i.test(path.slice(path.lastIndexOf('/') + 1));
}
