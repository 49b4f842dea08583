// Python's random.Random, as far as the paper authors' partitions draw from it: the same seed, the same numbers.

const WORDS = 624;
const MIDDLE = 397;

/** The Mersenne Twister MT19937 (Matsumoto and Nishimura 1998) behind the methods of Python 3's `random.Random`. */
export class PythonRandom {
  readonly #state: Uint32Array;
  #index = WORDS;

  /** @param seed a whole number from 0 to 2^53 - 1, as in `random.seed(seed)`; throws a RangeError otherwise. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new RangeError(`the seed must be a whole number from 0 to 2^53 - 1, not ${seed}`);
    const high = Math.floor(seed / 2 ** 32);
    this.#state = stateOfKey(high === 0 ? [seed] : [seed >>> 0, high]);
  }

  /** A number in [0, 1) with 53 random bits. */
  random(): number {
    const high = this.#nextUint32() >>> 5;
    const low = this.#nextUint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** A whole number of that many random bits, 1 to 32. */
  getrandbits(bits: number): number {
    if (!Number.isInteger(bits) || bits < 1 || bits > 32)
      throw new RangeError(`1 to 32 bits can be drawn, not ${bits}`);
    return this.#nextUint32() >>> (32 - bits);
  }

  /** A whole number in [0, limit), `limit` below 2^32: numbers of as many bits as `limit` has, until one fits. */
  randbelow(limit: number): number {
    if (!Number.isInteger(limit) || limit < 1 || limit >= 2 ** 32)
      throw new RangeError(`the limit must be a whole number from 1 to 2^32 - 1, not ${limit}`);
    const bits = 32 - Math.clz32(limit);
    let drawn = this.getrandbits(bits);
    while (drawn >= limit) drawn = this.getrandbits(bits);
    return drawn;
  }

  /** `count` different members of range(limit), in random order. */
  sample(limit: number, count: number): number[] {
    if (count > limit) throw new RangeError(`${count} of ${limit} cannot be sampled`);
    return limit <= poolLimit(count) ? this.#sampleFromPool(limit, count) : this.#sampleBySet(limit, count);
  }

  /** One of the options, each as likely as its weight is large: `choices(options, weights, k=1)[0]`. */
  choice<T>(options: readonly T[], weights: readonly number[]): T {
    let total = 0;
    const cumulative = weights.map((weight) => (total += weight));
    const drawn = this.random() * total;
    const found = cumulative.findIndex((edge) => drawn < edge);
    const index = found < 0 ? options.length - 1 : Math.min(found, options.length - 1);
    if (options.length === 0 || options.length !== weights.length)
      throw new RangeError(`${options.length} options need as many weights, not ${weights.length}`);
    return options[index] as T;
  }

  /** Shuffles the list in place and returns it. */
  shuffle<T>(list: T[]): T[] {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.randbelow(i + 1);
      [list[i], list[j]] = [list[j] as T, list[i] as T];
    }
    return list;
  }

  #sampleFromPool(limit: number, count: number): number[] {
    const pool = Array.from({ length: limit }, (_, i) => i);
    return Array.from({ length: count }, (_, i) => {
      const j = this.randbelow(limit - i);
      const drawn = pool[j] ?? 0;
      pool[j] = pool[limit - i - 1] ?? 0;
      return drawn;
    });
  }

  #sampleBySet(limit: number, count: number): number[] {
    const drawn = new Set<number>();
    while (drawn.size < count) drawn.add(this.randbelow(limit));
    return [...drawn];
  }

  #nextUint32(): number {
    if (this.#index === WORDS) {
      twist(this.#state);
      this.#index = 0;
    }
    let y = this.#state[this.#index++] ?? 0;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }
}

/** Up to this population Python's `sample` takes from a list; beyond it a set of those drawn is smaller. */
function poolLimit(count: number): number {
  return 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0);
}

/** MT19937's init_by_array: how Python makes a state of a whole number's 32-bit words, lowest first. */
function stateOfKey(key: readonly number[]): Uint32Array {
  const state = new Uint32Array(WORDS);
  const previous = (i: number) => (state[i - 1] ?? 0) ^ ((state[i - 1] ?? 0) >>> 30);
  state[0] = 19650218;
  for (let i = 1; i < WORDS; i++) state[i] = Math.imul(1812433253, previous(i)) + i;
  let i = 1;
  const advance = () => {
    if (++i < WORDS) return;
    state[0] = state[WORDS - 1] ?? 0;
    i = 1;
  };
  for (let k = 0; k < Math.max(WORDS, key.length); k++) {
    const j = k % key.length;
    state[i] = ((state[i] ?? 0) ^ Math.imul(previous(i), 1664525)) + (key[j] ?? 0) + j;
    advance();
  }
  for (let k = 0; k < WORDS - 1; k++) {
    state[i] = ((state[i] ?? 0) ^ Math.imul(previous(i), 1566083941)) - i;
    advance();
  }
  state[0] = 0x80000000;
  return state;
}

/** The next 624 words of the state, in place. */
function twist(state: Uint32Array): void {
  for (let i = 0; i < WORDS; i++) {
    const y = ((state[i] ?? 0) & 0x80000000) | ((state[(i + 1) % WORDS] ?? 0) & 0x7fffffff);
    state[i] = (state[(i + MIDDLE) % WORDS] ?? 0) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}
