import { describe, expect, test } from 'vitest';
import { PythonRandom } from './python-random.ts';

/** What CPython 3 prints for each seed, drawn in this order from one generator. */
const FROM_PYTHON = [
  {
    seed: 42,
    random: [0.6394267984578837, 0.025010755222666936, 0.27502931836911926],
    words: [958682846, 599310825],
    bits: 94,
    below10: [1, 8, 1, 9, 6, 0, 0, 1],
    pooled: [3, 9, 0, 4],
    rare: [203, 733, 665, 718, 558, 429],
    pooled80: [28, 57, 75, 35, 0, 20, 54],
    choices: [2, 0, 4, 2, 0, 0],
    shuffled: [1, 6, 7, 3, 0, 2, 4, 5],
  },
  {
    seed: 0,
    random: [0.8444218515250481, 0.7579544029403025, 0.420571580830845],
    words: [1112038970, 4146640122],
    bits: 65,
    below10: [7, 6, 4, 7, 5, 9, 3, 8],
    pooled: [2, 4, 9, 6],
    rare: [97, 633, 818, 256, 931, 545],
    pooled80: [77, 18, 39, 12, 9, 42, 60],
    choices: [2, 2, 0, 2, 0, 2],
    shuffled: [1, 3, 5, 0, 2, 4, 6, 7],
  },
  {
    seed: 2 ** 40 + 7,
    random: [0.6137037779936511, 0.8149162973309487, 0.9450115087592873],
    words: [2449809396, 3030506883],
    bits: 60,
    below10: [4, 9, 2, 8, 6, 8, 5, 6],
    pooled: [7, 9, 5, 1],
    rare: [862, 915, 455, 768, 608, 184],
    pooled80: [17, 67, 73, 20, 4, 32, 9],
    choices: [3, 0, 2, 2, 3, 4],
    shuffled: [5, 1, 7, 3, 4, 6, 2, 0],
  },
];

function times<T>(count: number, draw: () => T): T[] {
  return Array.from({ length: count }, draw);
}

describe("Python's random numbers", () => {
  test.each(FROM_PYTHON)('PART-1: seed $seed gives the numbers that Python gives', (python) => {
    const random = new PythonRandom(python.seed);
    expect(times(3, () => random.random())).toEqual(python.random);
    expect(times(2, () => random.getrandbits(32))).toEqual(python.words);
    expect(random.getrandbits(7)).toBe(python.bits);
    expect(times(8, () => random.randbelow(10))).toEqual(python.below10);
    expect(random.sample(10, 4)).toEqual(python.pooled);
    expect(random.sample(1000, 6)).toEqual(python.rare);
    expect(random.sample(80, 7)).toEqual(python.pooled80);
    expect(times(6, () => random.choice([0, 2, 3, 4], [0.25, 0.3, 0.1, 0.1]))).toEqual(python.choices);
    expect(random.shuffle([0, 1, 2, 3, 4, 5, 6, 7])).toEqual(python.shuffled);
  });

  test('PART-1: the numbers stay those of Python when the state of 624 words is used up', () => {
    const random = new PythonRandom(1);
    expect(times(2000, () => random.random()).at(-1)).toBe(0.4499663746974547);
  });

  test('PART-1: what Python would refuse is refused', () => {
    for (const seed of [-1, 0.5, NaN, 2 ** 53]) expect(() => new PythonRandom(seed)).toThrow(RangeError);
    const random = new PythonRandom(1);
    expect(() => random.sample(3, 4)).toThrow(RangeError);
    expect(() => random.randbelow(0)).toThrow(RangeError);
    expect(() => random.getrandbits(33)).toThrow(RangeError);
    expect(() => random.choice([1, 2], [1])).toThrow(RangeError);
  });
});
