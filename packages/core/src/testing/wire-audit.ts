// Searches bytes for private rows: whole ones and runs of their numbers, in every form of `wire-audit-forms.ts`.
import { decodeFrame, decodeFrameTable } from '../protocol/frame.ts';
import { type Form, formsOf, type PrivateRow, roundedToHalf } from './wire-audit-forms.ts';

export type { PrivateRow, RowKind } from './wire-audit-forms.ts';

/** Numbers of a part of a row: whatever holds 31 neighbouring numbers of a row holds such a part whole. */
const PART_NUMBERS = 16;
/** What says less than this is not searched for: a constant row would be found in any row of zeros. */
const LEAST_BITS = 40;
/** Bytes of a pattern that are looked up; every pattern has as many. */
const ANCHOR_BYTES = 8;
/** Findings of one search; one is enough to fail a test, some help to understand it. */
const MOST_FINDINGS = 8;

/** A private row, or a part of one, where it must not be. */
export interface Finding {
  /** The row, the form and the part: 'image 12: numbers 16 to 31, x / 255 as float16'. */
  readonly what: string;
  /** Where in the searched bytes. */
  readonly at: number;
}

interface Pattern {
  readonly row: PrivateRow;
  readonly form: Form;
  /** The part's place in the row. */
  readonly from: number;
  readonly count: number;
  readonly bytes: Uint8Array;
  /** Where in the bytes the eight stand by which the pattern is found. */
  readonly anchor: number;
}

/** Finds any of many patterns in one pass over the bytes: by eight bytes of each, then compared in full. */
export class RowSearch {
  /** By the hash of their anchors. */
  readonly #patterns = new Map<number, Pattern[]>();
  /** One bit for the upper 24 bits of each of these hashes: nearly all places are passed over by it. */
  readonly #filter = new Uint8Array(1 << 21);
  #count = 0;
  #untold = 0;

  /** Rows and parts in all their forms that are searched for. */
  get patterns(): number {
    return this.#count;
  }

  /** Rows and parts that say too little to be searched for in some form, constant ones above all. */
  get passedOver(): number {
    return this.#untold;
  }

  /** Adds a row in every form, whole and in parts of 16 numbers; returns how many patterns that gave. */
  add(row: PrivateRow): number {
    const before = this.#count;
    for (const form of formsOf(row)) {
      const { length } = form.elements;
      this.#addPart(row, form, 0, length);
      for (let from = 0; length > PART_NUMBERS && from + PART_NUMBERS <= length; from += PART_NUMBERS)
        this.#addPart(row, form, from, PART_NUMBERS);
    }
    return this.#count - before;
  }

  /** Adds text that must not be sent, as UTF-8. */
  addText(what: string, text: string): void {
    const elements = new TextEncoder().encode(text);
    const row: PrivateRow = { what, kind: 'plain', values: elements };
    this.#keep({ row, form: { name: 'text', elements }, from: 0, count: elements.length });
  }

  /** Looks at every place of the bytes; stops after a few findings. */
  find(bytes: Uint8Array): Finding[] {
    const findings: Finding[] = [];
    let [low, high] = [0, 0];
    for (let end = 0; end < bytes.length && findings.length < MOST_FINDINGS; end++) {
      low = (low >>> 8) | (high << 24);
      high = (high >>> 8) | ((bytes[end] ?? 0) << 24);
      const hash = hashOf(low, high);
      if (((this.#filter[hash >>> 11] ?? 0) & (1 << ((hash >>> 8) & 7))) === 0) continue;
      for (const pattern of this.#patterns.get(hash) ?? []) {
        const at = end + 1 - ANCHOR_BYTES - pattern.anchor;
        if (standsAt(pattern.bytes, bytes, at)) findings.push({ what: describe(pattern), at });
      }
    }
    return findings;
  }

  /**
   * Looks at a frame's bytes, at the numbers that they stand for, since a frame of 16-bit numbers may hold them scaled
   * by a power of two, and at those numbers rounded to sixteen bits, which finds what another engine computed with
   * another last bit; throws what `decodeFrame` throws.
   */
  findInFrame(bytes: Uint8Array): Finding[] {
    const { tensors } = decodeFrame(bytes, decodeFrameTable(bytes));
    const numbers = [...tensors.values()].flatMap(({ data }) => [
      bytesOf(data),
      bytesOf(roundedToHalf(data)),
    ]);
    return [bytes, ...numbers].flatMap((each) => this.find(each)).slice(0, MOST_FINDINGS);
  }

  #addPart(row: PrivateRow, form: Form, from: number, count: number): void {
    if (bitsOf(form.elements.subarray(from, from + count)) < LEAST_BITS) this.#untold += 1;
    else this.#keep({ row, form, from, count });
  }

  #keep(part: Pick<Pattern, 'row' | 'form' | 'from' | 'count'>): void {
    const bytes = bytesOf(part.form.elements.subarray(part.from, part.from + part.count));
    if (bytes.length < ANCHOR_BYTES) throw new RangeError(`${part.row.what} is too short to be searched for`);
    const anchor = anchorOf(bytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset + anchor);
    const hash = hashOf(view.getInt32(0, true), view.getInt32(4, true));
    this.#filter[hash >>> 11] = (this.#filter[hash >>> 11] ?? 0) | (1 << ((hash >>> 8) & 7));
    const chain = this.#patterns.get(hash);
    const pattern = { ...part, bytes, anchor };
    if (chain) chain.push(pattern);
    else this.#patterns.set(hash, [pattern]);
    this.#count += 1;
  }
}

function describe({ row, form, from, count }: Pattern): string {
  return `${row.what}: numbers ${from} to ${from + count - 1}, ${form.name}`;
}

/** How much the numbers say: their count times the entropy of their own distribution. */
function bitsOf(elements: Form['elements']): number {
  const sorted = elements.slice().sort();
  let bits = 0;
  let from = 0;
  for (let to = 1; to <= sorted.length; to++) {
    if (to < sorted.length && sorted[to] === sorted[from]) continue;
    bits -= (to - from) * Math.log2((to - from) / sorted.length);
    from = to;
  }
  return bits;
}

/** Where the most different bytes stand together: zeros stand everywhere. */
function anchorOf(bytes: Uint8Array): number {
  let [best, most] = [0, 0];
  for (let at = 0; at + ANCHOR_BYTES <= bytes.length && most < ANCHOR_BYTES; at += 4) {
    const different = differentBytes(bytes, at);
    if (different > most) [best, most] = [at, different];
  }
  return best;
}

function differentBytes(bytes: Uint8Array, at: number): number {
  let different = 0;
  for (let i = at; i < at + ANCHOR_BYTES; i++) if (bytes.indexOf(bytes[i] ?? 0, at) === i) different += 1;
  return different;
}

/** Two words as one number of 32 bits (multiplicative hashing; the upper bits are the best mixed). */
function hashOf(low: number, high: number): number {
  return Math.imul(Math.imul(low, 0x9e3779b1) ^ high, 0x85ebca6b) >>> 0;
}

function standsAt(pattern: Uint8Array, bytes: Uint8Array, at: number): boolean {
  if (at < 0 || at + pattern.length > bytes.length) return false;
  for (let i = 0; i < pattern.length; i++) if (pattern[i] !== bytes[at + i]) return false;
  return true;
}

function bytesOf({ buffer, byteOffset, byteLength }: Form['elements']): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
