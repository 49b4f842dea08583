// Searches bytes for private rows: whole ones and runs of their numbers, in every form of `wire-audit-forms.ts`.
import { decodeFrame, decodeFrameTable } from '../protocol/frame.ts';
import { type Form, formsOf, type PrivateRow } from './wire-audit-forms.ts';

export type { PrivateRow, RowKind } from './wire-audit-forms.ts';

/** Numbers of a part of a row: whatever holds 31 neighbouring numbers of a row holds such a part whole. */
const PART_NUMBERS = 16;
/** What says less than this is not searched for: a constant row would be found in any row of zeros. */
const LEAST_BITS = 40;
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
  /** Where in the bytes the word stands by which the pattern is found. */
  readonly anchor: number;
}

/** Finds any of many patterns in one pass over the bytes: by one word of four bytes each, then compared in full. */
export class RowSearch {
  readonly #patterns = new Map<number, Pattern[]>();
  /** One bit for each hash of a word that begins a chain of `#patterns`: most places are passed over by it. */
  readonly #filter = new Uint8Array(1 << 19);
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
    let word = 0;
    for (let end = 0; end < bytes.length && findings.length < MOST_FINDINGS; end++) {
      word = (word >>> 8) | ((bytes[end] ?? 0) << 24);
      const hash = hashOf(word);
      if (((this.#filter[hash >>> 3] ?? 0) & (1 << (hash & 7))) === 0 || end < 3) continue;
      for (const pattern of this.#patterns.get(word) ?? []) {
        const at = end - 3 - pattern.anchor;
        if (standsAt(pattern.bytes, bytes, at)) findings.push({ what: describe(pattern), at });
      }
    }
    return findings;
  }

  /**
   * Looks at a frame's bytes and at the numbers that they stand for, since a frame of 16-bit numbers may hold them
   * scaled by a power of two; throws what `decodeFrame` throws.
   */
  findInFrame(bytes: Uint8Array): Finding[] {
    const { tensors } = decodeFrame(bytes, decodeFrameTable(bytes));
    const numbers = [...tensors.values()].map(({ data }) => bytesOf(data));
    return [bytes, ...numbers].flatMap((each) => this.find(each)).slice(0, MOST_FINDINGS);
  }

  #addPart(row: PrivateRow, form: Form, from: number, count: number): void {
    if (bitsOf(form.elements.subarray(from, from + count)) < LEAST_BITS) this.#untold += 1;
    else this.#keep({ row, form, from, count });
  }

  #keep(part: Pick<Pattern, 'row' | 'form' | 'from' | 'count'>): void {
    const bytes = bytesOf(part.form.elements.subarray(part.from, part.from + part.count));
    if (bytes.length < 4) throw new RangeError(`${part.row.what} is too short to be searched for`);
    const anchor = anchorOf(bytes);
    const word = wordAt(bytes, anchor);
    const hash = hashOf(word);
    this.#filter[hash >>> 3] = (this.#filter[hash >>> 3] ?? 0) | (1 << (hash & 7));
    const chain = this.#patterns.get(word);
    const pattern = { ...part, bytes, anchor };
    if (chain) chain.push(pattern);
    else this.#patterns.set(word, [pattern]);
    this.#count += 1;
  }
}

function describe({ row, form, from, count }: Pattern): string {
  return `${row.what}: numbers ${from} to ${from + count - 1}, ${form.name}`;
}

/** How much the numbers say: their count times the entropy of their own distribution. */
function bitsOf(elements: Form['elements']): number {
  const counts = new Map<number, number>();
  for (const element of elements) counts.set(element, (counts.get(element) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= count * Math.log2(count / elements.length);
  return bits;
}

/** The word with the most different bytes: words of zeros stand everywhere. */
function anchorOf(bytes: Uint8Array): number {
  let [best, most] = [0, 0];
  for (let at = 0; at + 4 <= bytes.length && most < 4; at += 4) {
    const different = new Set(bytes.subarray(at, at + 4)).size;
    if (different > most) [best, most] = [at, different];
  }
  return best;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at).getInt32(0, true);
}

/** 22 bits of a word (Knuth's multiplicative hash). */
function hashOf(word: number): number {
  return Math.imul(word, 0x9e3779b1) >>> 10;
}

function standsAt(pattern: Uint8Array, bytes: Uint8Array, at: number): boolean {
  if (at < 0 || at + pattern.length > bytes.length) return false;
  for (let i = 0; i < pattern.length; i++) if (pattern[i] !== bytes[at + i]) return false;
  return true;
}

function bytesOf({ buffer, byteOffset, byteLength }: Form['elements']): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
