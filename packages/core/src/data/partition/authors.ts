// The paper authors' rules for scenarios 1 to 6: which labels a device lacks, and how many images it holds at most.
import { PythonRandom } from './python-random.ts';

/** The scenarios of the paper's experiments. */
export type Scenario = 1 | 2 | 3 | 4 | 5 | 6;

/** The training images of MNIST: what the authors divide by the number of devices, whatever the set's own size. */
export const AUTHORS_IMAGES = 60_000;

/** The first domain's exclusions and all caps come from one seed, every other domain's exclusions from another. */
const FIRST_SEED = 42;
const OTHER_SEED = 32;

/** How many labels a device lacks, with the weight of each count. */
interface ExclusionRule {
  readonly counts: readonly number[];
  readonly weights: readonly number[];
}

/** Shares of the base cap with the upper edge of a uniform draw; the digits of the shares are the authors'. */
interface CapRule {
  readonly below: number;
  readonly share: number;
}

const NO_EXCLUSION: ExclusionRule = { counts: [0], weights: [1] };
const SOME_EXCLUDED: ExclusionRule = { counts: [0, 2, 3, 4], weights: [0.25, 0.3, 0.1, 0.1] };
const ALL_EXCLUDE: ExclusionRule = { counts: [2, 3], weights: [0.4, 0.6] };

const FULL: CapRule = { below: 1, share: 1 };
const TWO_SIZES: readonly CapRule[] = [{ below: 0.3, share: 0.6666667 }, FULL];
const THREE_SIZES: readonly CapRule[] = [
  { below: 0.2, share: 0.1666667 },
  { below: 0.5, share: 0.333333 },
  FULL,
];

interface ScenarioRule {
  readonly exclusion: ExclusionRule;
  readonly caps: readonly CapRule[];
}

const IID: ScenarioRule = { exclusion: NO_EXCLUSION, caps: [FULL] };
const NON_IID: ScenarioRule = { exclusion: SOME_EXCLUDED, caps: TWO_SIZES };
const HIGHLY_NON_IID: ScenarioRule = { exclusion: ALL_EXCLUDE, caps: THREE_SIZES };

const RULES: Readonly<Record<Scenario, ScenarioRule>> = {
  1: IID,
  2: NON_IID,
  3: IID,
  4: NON_IID,
  5: HIGHLY_NON_IID,
  6: IID,
};

/** The most labels that a device may lack in a scenario. */
export function mostExcluded(scenario: Scenario): number {
  return Math.max(...RULES[scenario].exclusion.counts);
}

/** The labels that each device of a domain lacks, in the order drawn; `seed` 0 gives the authors' own. */
export function authorsExclusions(
  scenario: Scenario,
  domain: { readonly index: number; readonly devices: number; readonly classes: number },
  seed: number,
): number[][] {
  const { counts, weights } = RULES[scenario].exclusion;
  const random = new PythonRandom((domain.index === 0 ? FIRST_SEED : OTHER_SEED) + seed);
  return Array.from({ length: domain.devices }, () =>
    random.sample(domain.classes, random.choice(counts, weights)),
  );
}

/** The most images that each device may hold, over all domains; `seed` 0 gives the authors' own. */
export function authorsCaps(scenario: Scenario, devices: number, options: CapOptions): number[] {
  const { seed, base = Math.floor(AUTHORS_IMAGES / devices) } = options;
  const random = new PythonRandom(FIRST_SEED + seed);
  return Array.from({ length: devices }, () => {
    const drawn = random.random();
    const { share } = RULES[scenario].caps.find(({ below }) => drawn < below) ?? FULL;
    return Math.trunc(share * base);
  });
}

/** What caps are drawn from. */
export interface CapOptions {
  readonly seed: number;
  /** The largest cap; default: the authors' 60,000 divided by the number of devices. */
  readonly base?: number | undefined;
}
