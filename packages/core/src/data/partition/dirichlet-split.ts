// Label-skewed devices: each draws its own mix of classes from a Dirichlet distribution (Hsu, Qi and Brown 2019).
import type { Random } from '../../random.ts';
import { ClassPools } from './class-pools.ts';

/** What one domain's devices draw from. */
export interface DirichletOptions {
  readonly labels: Uint8Array;
  readonly classes: number;
  readonly devices: number;
  /** Concentration, above 0: small for devices of one class, large for devices that are alike. */
  readonly alpha: number;
  /** Images of each device, as long as there are any. */
  readonly cap: number;
  readonly random: Random;
}

/**
 * Devices take turns of one image each, of a class drawn from their own mix among the classes that still have images; so
 * none is left with what others did not want.
 */
export function dirichletSplit({
  labels,
  classes,
  devices,
  alpha,
  cap,
  random,
}: DirichletOptions): number[][] {
  const pools = new ClassPools(labels, classes, random);
  const mixes = Array.from({ length: devices }, () => dirichlet(classes, alpha, random));
  const parts = mixes.map((): number[] => []);
  const turns = Math.min(cap * devices, labels.length);
  for (let turn = 0; turn < turns; turn++) {
    const device = turn % devices;
    const label = drawClass(mixes[device] ?? [], pools, random);
    parts[device]?.push(...pools.take(label, 1));
  }
  return parts;
}

/** Shares of `count` classes that add up to 1, from the symmetric Dirichlet distribution. */
export function dirichlet(count: number, alpha: number, random: Random): number[] {
  const logs = Array.from({ length: count }, () => logGammaDraw(alpha, random));
  const largest = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The logarithm of a gamma(alpha, 1) draw: for small alpha the draw itself would often be 0 (Marsaglia and Tsang 2000). */
function logGammaDraw(alpha: number, random: Random): number {
  if (alpha < 1) return logGammaDraw(alpha + 1, random) + Math.log(1 - random.next()) / alpha;
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random.next()) < x * x * 0.5 + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}

/** A class of the mix that has images left; where the mix has none of them, any that is left, by what is left. */
function drawClass(mix: readonly number[], pools: ClassPools, random: Random): number {
  const wanted = mix.map((share, label) => (pools.left(label) > 0 ? share : 0));
  const any = wanted.some((share) => share > 0);
  const weights = any ? wanted : mix.map((_, label) => pools.left(label));
  let drawn = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  const found = weights.findIndex((weight) => weight > 0 && (drawn -= weight) < 0);
  // Rounding may leave a crumb after the last class.
  return found >= 0 ? found : weights.findLastIndex((weight) => weight > 0);
}
