// Devices of a few classes each: every device holds the same number of classes, every class is held equally often.
import type { Random } from '../../random.ts';
import { ClassPools } from './class-pools.ts';

/** What one domain's devices draw from. */
export interface ByClassOptions {
  readonly labels: Uint8Array;
  readonly classes: number;
  readonly devices: number;
  readonly classesPerDevice: number;
  /** The most images of one device, in equal parts of its classes. */
  readonly cap: number;
  readonly random: Random;
}

/** One device's images, and the classes that it was dealt. */
export interface ByClassPart {
  readonly positions: readonly number[];
  readonly classes: readonly number[];
}

/** Deals classes to devices, then the images of each class in equal shares to those that hold it. */
export function byClassSplit(options: ByClassOptions): ByClassPart[] {
  const { labels, classes, classesPerDevice, cap, random } = options;
  const hands = dealClasses(options);
  const holders = Array.from(
    { length: classes },
    (_, label) => hands.filter((h) => h.includes(label)).length,
  );
  const pools = new ClassPools(labels, classes, random);
  const share = holders.map((held, label) => Math.floor(pools.left(label) / Math.max(1, held)));
  return hands.map((hand) => ({
    classes: hand,
    positions: hand.flatMap((label, i) => {
      const wanted = Math.floor((cap + i) / classesPerDevice);
      return pools.take(label, Math.min(wanted, share[label] ?? 0));
    }),
  }));
}

/** Each device in turn takes the classes dealt least often so far, ties at random. */
function dealClasses({ classes, devices, classesPerDevice, random }: ByClassOptions): number[][] {
  const dealt = new Array<number>(classes).fill(0);
  return Array.from({ length: devices }, () => {
    const shuffled = random.shuffle(dealt.map((_, label) => label));
    const hand = shuffled.sort((a, b) => (dealt[a] ?? 0) - (dealt[b] ?? 0)).slice(0, classesPerDevice);
    for (const label of hand) dealt[label] = (dealt[label] ?? 0) + 1;
    return hand.sort((a, b) => a - b);
  });
}
