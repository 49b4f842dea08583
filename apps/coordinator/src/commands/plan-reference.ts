// A plan by the paper's model: cuts and the latency of one iteration as published.
import { cganSpec, type Width } from '@tessera/core/architecture';
import {
  cutCode,
  cutOfGenes,
  ganCosts,
  geneticSearch,
  PAPER_SERVER,
  rateOf,
  referenceLatency,
  separableOptimum,
  type Genome,
  type RateUnit,
  type ReferenceModel,
} from '@tessera/core/cut';
import { Random } from '@tessera/core/random';
import { CommandFailure, renderTable } from '../cli/index.ts';
import type { Fleet } from './plan-fleet.ts';

/** The most profiles for which the exact optimum is computed beside the search. */
const MAX_EXACT_PROFILES = 12;

/** How the plan is made. */
export interface ReferencePlanOptions {
  readonly width: Width;
  readonly batch: number;
  readonly indexing: ReferenceModel['indexing'];
  readonly rates: RateUnit;
  readonly linkMegabits: number | undefined;
  readonly published: boolean;
  readonly seed: number;
}

/** Cuts and latency, in the shape in which `plan --json` prints them. */
export type ReferencePlan = ReturnType<typeof planReference>;

/** Chooses the cuts of a fleet; @throws CommandFailure when a profile has no speed in GFLOP/s. */
export function planReference(fleet: Fleet, options: ReferencePlanOptions) {
  const { width, batch, indexing, rates, published } = options;
  const model: ReferenceModel = {
    costs: ganCosts(cganSpec({ width }), batch),
    classes: fleet.parts.map(({ name, count, profile }) => ({
      devices: count,
      gigaflopsPerSecond: speedOf(profile.compute, name),
      bytesPerSecond: profile.uplinkBytesPerSecond,
    })),
    server: {
      gigaflopsPerSecond: speedOf(fleet.coordinator.compute, 'the coordinator'),
      bytesPerSecond:
        options.linkMegabits === undefined ? rateOf(PAPER_SERVER, rates) : (options.linkMegabits * 1e6) / 8,
    },
    indexing,
  };
  const seconds = (genome: Genome) => referenceLatency(model, genome).seconds;
  const classes = model.classes.length;
  const search = geneticSearch({
    arities: Array<number>(4 * classes).fill(2),
    cost: seconds,
    random: new Random(options.seed),
    ...(published ? { patience: Infinity } : {}),
  });
  const { genome } = published ? search.bestOfLast : search.best;
  return {
    model: 'reference' as const,
    settings: { width, batch, indexing },
    devices: fleet.parts.map(({ name, count }, index) => ({
      name,
      count,
      cut: cutCode(cutOfGenes(genome.subarray(4 * index, 4 * index + 4))),
    })),
    latency: referenceLatency(model, genome),
    exactSeconds: classes <= MAX_EXACT_PROFILES ? separableOptimum(classes, seconds).seconds : null,
    generations: search.generations,
  };
}

/** The plan for people. */
export function describeReference({
  settings,
  devices,
  latency,
  exactSeconds,
  generations,
}: ReferencePlan): string {
  const count = devices.reduce((sum, device) => sum + device.count, 0);
  const row = (name: string, stages: readonly number[]) => [name, ...stages.map((stage) => stage.toFixed(4))];
  return [
    `${count} devices, width ${settings.width}, batch ${settings.batch}, 32-bit floats, ${settings.indexing} indexing. A cut's digits are the blocks beyond the`,
    'first at generator head, generator tail, discriminator head, discriminator tail.',
    '',
    renderTable(
      ['profile', 'devices', 'cut'],
      devices.map((part) => [part.name, part.count, part.cut]),
    ),
    '',
    renderTable(
      ['pass', 'first stage s', 'block 3 s', 'last stage s'],
      [
        row('generator forward', latency.generator.forward),
        row('discriminator forward', latency.discriminator.forward),
        row('generator backward', latency.generator.backward),
        row('discriminator backward', latency.discriminator.backward),
      ],
    ),
    '',
    `Iteration: ${latency.seconds.toFixed(4)} s, of which the server computes ${latency.serverSeconds.toFixed(4)} s; found in ${generations} generations.`,
    ...(exactSeconds === null ? [] : [`Exact optimum: ${exactSeconds.toFixed(4)} s.`]),
  ].join('\n');
}

function speedOf(
  compute: Fleet['parts'][number]['profile']['compute'] | Fleet['coordinator']['compute'],
  who: string,
): number {
  if (compute.kind === 'speed') return compute.gigaflopsPerSecond;
  throw new CommandFailure(
    `The paper's model knows speeds only, and ${who} was measured block by block. Leave --model reference out, or give "compute": { "kind": "speed", "gigaflopsPerSecond": … }.`,
    2,
  );
}
