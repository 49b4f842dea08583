// The images of a domain sorted by class, handed out at random and never twice.
import type { Random } from '../../random.ts';

/** One random pile of positions per class. */
export class ClassPools {
  readonly #piles: number[][];

  constructor(labels: Uint8Array, classes: number, random: Random) {
    this.#piles = Array.from({ length: classes }, () => []);
    labels.forEach((label, position) => this.#piles[label]?.push(position));
    for (const pile of this.#piles) random.shuffle(pile);
  }

  /** Images of that class that nobody has yet. */
  left(label: number): number {
    return this.#piles[label]?.length ?? 0;
  }

  /** Up to `count` images of that class. */
  take(label: number, count: number): number[] {
    const pile = this.#piles[label] ?? [];
    return pile.splice(Math.max(0, pile.length - count));
  }
}
