// Files as publishers pack them, made up small, for the tests of conversion and downloads.
import { gzipSync, deflateSync } from 'node:zlib';
import { zipSync } from 'fflate';

const encode = (text: string) => new TextEncoder().encode(text);

/** A tar.gz of plain files, after a folder and an extended header as real archives have them. */
export function tarGz(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const blocks = [
    ...tarEntry('set/', new Uint8Array(), '5'),
    ...tarEntry('PaxHeader', encode('20 comment=made up\n'), 'x'),
    ...Object.entries(files).flatMap(([path, bytes]) => tarEntry(path, bytes, '0')),
    new Uint8Array(1024),
  ];
  return gzipSync(Buffer.concat(blocks));
}

function tarEntry(path: string, bytes: Uint8Array, type: string): Uint8Array[] {
  const header = new Uint8Array(512);
  const put = (at: number, text: string) => {
    header.set(encode(text), at);
  };
  put(0, path);
  put(100, '0000644\0');
  put(124, `${bytes.length.toString(8).padStart(11, '0')}\0`);
  put(148, '        ');
  put(156, type);
  put(257, 'ustar\x0000');
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return [header, bytes, new Uint8Array((512 - (bytes.length % 512)) % 512)];
}

/** A .npy of unsigned bytes (or of 64-bit numbers) in NumPy's format 1. */
export function npy(shape: readonly number[], data: Uint8Array | BigInt64Array): Uint8Array {
  const type = data instanceof Uint8Array ? '|u1' : '<i8';
  const sizes = shape.length === 1 ? `${String(shape[0])},` : shape.join(', ');
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const header = `${dictionary.padEnd(128 - 10 - 1)}\n`;
  const start = Uint8Array.of(0x93, ...encode('NUMPY'), 1, 0, header.length & 255, header.length >> 8);
  return Buffer.concat([
    start,
    encode(header),
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ]);
}

/** An .npz of such arrays. */
export function npz(arrays: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])));
}

/** A MATLAB 5 file of arrays of bytes, each compressed, as SVHN's are. */
export function matlab(
  arrays: Readonly<Record<string, { readonly shape: readonly number[]; readonly bytes: Uint8Array }>>,
): Uint8Array {
  const header = new Uint8Array(128).fill(0x20);
  header.set(encode('MATLAB 5.0 MAT-file, made up'));
  header.set([0x00, 0x01, 0x49, 0x4d], 124);
  const elements = Object.entries(arrays).map(([name, { shape, bytes }]) => {
    const matrix = element(14, [
      element(6, [Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0)]),
      element(5, [new Uint8Array(Int32Array.from(shape).buffer)]),
      // A name of up to four letters is packed into its tag.
      Buffer.concat([Uint8Array.of(1, 0, name.length, 0), encode(name.padEnd(4, '\0'))]),
      element(2, [bytes]),
    ]);
    const packed = deflateSync(matrix);
    return Buffer.concat([tag(15, packed.length), packed]);
  });
  return Buffer.concat([header, ...elements]);
}

function element(type: number, bodies: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(bodies);
  return Buffer.concat([tag(type, body.length), body, new Uint8Array((8 - (body.length % 8)) % 8)]);
}

function tag(type: number, size: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(type, size).buffer);
}
