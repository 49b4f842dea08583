// The equal split: every device of a domain gets the same number of images, at random.
import type { Random } from '../../random.ts';

/**
 * The positions 0 to `count` - 1 in random order, cut into `parts` parts of equal length; the first also gets what is left
 * over, as the paper's authors have it.
 */
export function equalSplit(count: number, parts: number, random: Random): number[][] {
  const order = random.shuffle(Array.from({ length: count }, (_, i) => i));
  const size = Math.floor(count / parts);
  const extra = count - size * parts;
  return Array.from({ length: parts }, (_, i) =>
    i === 0 ? order.slice(0, size + extra) : order.slice(extra + i * size, extra + (i + 1) * size),
  );
}
