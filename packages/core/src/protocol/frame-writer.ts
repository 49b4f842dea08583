// The sending side of one connection: which encoding each kind of frame has, and what rounding carries over.
import { isGradient } from '../architecture/index.ts';
import type { Random } from '../random.ts';
import { type Encoding, elementCount, type NamedTensors, type PlainTensor } from '../tensors/index.ts';
import { encodeFrame, type FrameHeader, type FrameKind } from './frame.ts';
import type { Rounding } from './int8.ts';

/** The encoding that a kind of frame has in a run. */
export function frameEncoding(kind: FrameKind, encoding: Encoding): Encoding {
  switch (kind) {
    case 'exchange':
      return encoding;
    case 'preview': // Once a round, and looked at: 8 bits would show as noise.
    case 'synthetic': // Once a round, and trained on as images.
      return encoding === 'int8' ? 'float16' : encoding;
    case 'layers': // Averaged and kept: what is rounded away here would never come back.
    case 'classifier':
    case 'community':
    case 'global':
    case 'speed-check':
      return 'float32';
    default:
      return kind satisfies never;
  }
}

/** Writes the frames of one sender. */
export class FrameWriter {
  readonly #encoding: Encoding;
  readonly #random: Random;
  /** By exchange and name: exchange 2 carries the gradient for real images, exchange 3 that for fakes. */
  readonly #carried = new Map<string, Float32Array>();

  /** @param encoding the run's. */
  constructor(encoding: Encoding, random: Random) {
    this.#encoding = encoding;
    this.#random = random;
  }

  /** Packs a frame in the encoding of its kind; a number that is not finite is refused by name. */
  write(header: Omit<FrameHeader, 'encoding'>, tensors: NamedTensors): Uint8Array<ArrayBuffer> {
    const encoding = frameEncoding(header.kind, this.#encoding);
    const frame = { header: { ...header, encoding }, tensors };
    if (encoding !== 'int8') return encodeFrame(frame); // the only encoding that leaves a choice
    return encodeFrame(frame, (name, tensor) => this.#rounding(`${header.exchange}/${name}`, tensor));
  }

  /** Drops what rounding carried: other layers, or another cut, and it would be added to something else. */
  forget(): void {
    this.#carried.clear();
  }

  #rounding(key: string, { shape }: PlainTensor): Rounding {
    if (!isGradient(key)) return { random: this.#random };
    const carried = this.#carried.get(key) ?? new Float32Array(elementCount(shape.slice(1)));
    this.#carried.set(key, carried);
    return { random: this.#random, carried };
  }
}
