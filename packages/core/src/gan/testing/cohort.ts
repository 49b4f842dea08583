// For tests: cohorts, their first values and their batches.
import { isLegalCut, SHALLOWEST_CUT, type Cut, type GanSpec } from '../../architecture/index.ts';
import type { AdamSettings } from '../../nn/index.ts';
import { Random } from '../../random.ts';
import type { NamedTensors } from '../../tensors/index.ts';
import type { BodyParticipant } from '../central-part.ts';
import type { TrainingBatch } from '../half.ts';
import { initialGan } from '../initial.ts';

/** A cohort: its devices in id order, and first values under the pair's names. */
export interface Cohort {
  readonly spec: GanSpec;
  readonly devices: readonly BodyParticipant[];
  readonly deviceValues: ReadonlyMap<string, NamedTensors>;
  readonly bodyValues: NamedTensors;
  readonly optimiser: AdamSettings;
}

/** Every cut that the spec allows. */
export function legalCuts(spec: GanSpec): Cut[] {
  const depths = spec.generator.blocks.map((_, i) => i + 1);
  return depths.flatMap((gHead) =>
    depths.flatMap((gTail) =>
      depths.flatMap((dHead) =>
        depths.map((dTail) => ({ gHead, gTail, dHead, dTail })).filter((cut) => isLegalCut(spec, cut)),
      ),
    ),
  );
}

/** Four devices with all kinds of cuts and batches of several sizes. */
export const MIXED_DEVICES: readonly BodyParticipant[] = [
  { id: 'a', cut: SHALLOWEST_CUT, batch: 4 },
  { id: 'b', cut: { gHead: 2, gTail: 1, dHead: 2, dTail: 1 }, batch: 3 },
  { id: 'c', cut: { gHead: 1, gTail: 2, dHead: 1, dTail: 2 }, batch: 4 },
  { id: 'd', cut: { gHead: 2, gTail: 2, dHead: 2, dTail: 2 }, batch: 2 },
];

/** A cohort with first values of its own for every device, and the paper's optimiser. */
export function drawnCohort(spec: GanSpec, devices: readonly BodyParticipant[], seed = 1): Cohort {
  const random = new Random(seed);
  return {
    spec,
    devices,
    deviceValues: new Map(devices.map(({ id }) => [id, initialGan(spec, random.fork(id))])),
    bodyValues: initialGan(spec, random.fork('body')),
    optimiser: { learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 },
  };
}

/** A batch for every device. */
export function drawnBatches({ spec, devices }: Cohort, seed: number): Map<string, TrainingBatch> {
  const random = new Random(seed);
  const pixels = spec.imageShape.reduce((a, b) => a * b);
  return new Map(
    devices.map(({ id, batch }) => [
      id,
      {
        images: Float32Array.from({ length: batch * pixels }, () => random.uniform(-1, 1)),
        labels: Int32Array.from({ length: batch }, () => random.integer(spec.classes)),
        z: Float32Array.from({ length: batch * spec.zDim }, () => random.normal()),
      },
    ]),
  );
}
