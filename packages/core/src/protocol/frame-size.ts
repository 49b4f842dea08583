// How large a frame of a run can be: computed from the run's own networks, so that nothing larger is read.
import type { Cut, GanSpec, NetworkSpec } from '../architecture/index.ts';
import {
  alwaysRemoteBlock,
  exchangesOf,
  exchangeTensors,
  isLegalCut,
  networksOf,
  parametersOf,
  previewTensors,
  shownLabels,
  wholeCut,
} from '../architecture/index.ts';
import { type StrategyName, strategyOf, syntheticTensors } from '../strategy/index.ts';
import { ENCODINGS } from '../tensors/index.ts';
import { frameBytes } from './frame.ts';
import type { TensorSpec } from './frame-table.ts';
import { MAXIMUM_NAME_BYTES, SPEED_CHECK_NUMBERS } from './limits.ts';
import { judgedTensors } from './judging.ts';

/** What a run's frames depend on. */
export interface FrameSizeOptions {
  readonly spec: GanSpec;
  /** Images that each device draws per step. */
  readonly batch: number;
  /** Of the run; the six exchanges of HuSCF-GAN when absent. */
  readonly strategy?: StrategyName;
  /** Of the run; a classifier is sent where it is above 0. */
  readonly judgeEveryRounds?: number;
  /** Images in one preview; as many as are shown when absent. */
  readonly previewRows?: number;
}

/** The one tensor of a speed check. */
export const SPEED_CHECK_TENSORS: readonly TensorSpec[] = [{ name: 'probe', shape: [SPEED_CHECK_NUMBERS] }];

const DIRECTIONS = ['up', 'down'] as const;

/** Bytes of the largest frame that any device of the run may send or receive, whatever its cut and encoding. */
export function maximumFrameBytes(options: FrameSizeOptions): number {
  const { spec, batch, strategy = 'huscf-gan', judgeEveryRounds = 0 } = options;
  const { previewRows = shownLabels(spec).length } = options;
  const { schedule, synthetic } = strategyOf(strategy);
  const cuts = schedule === 'split' ? legalCuts(spec) : [wholeCut(spec, schedule)];
  const contents = cuts.flatMap((cut) =>
    DIRECTIONS.flatMap((direction) => [
      ...exchangesOf(schedule).map((exchange) => exchangeTensors(spec, cut, batch, exchange, direction)),
      previewTensors(spec, cut, previewRows, direction),
    ]),
  );
  const layersOf = schedule === 'split' ? movableLayers : allLayers;
  const layers = networksOf(spec, schedule).flatMap(layersOf);
  const given = synthetic ? [syntheticTensors(synthetic, spec)] : [];
  const judged = judgeEveryRounds > 0 ? [judgedTensors(spec)] : [];
  return Math.max(...[...contents, ...given, ...judged, layers, SPEED_CHECK_TENSORS].map(largestForm));
}

/** A frame of few numbers can be larger in fewer bits, because of the scales that go before them. */
function largestForm(tensors: readonly TensorSpec[]): number {
  return Math.max(...ENCODINGS.map((encoding) => frameBytes(tensors, encoding)));
}

function legalCuts(spec: GanSpec): Cut[] {
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
  const [gBlocks, dBlocks] = [spec.generator.blocks.length, spec.discriminator.blocks.length];
  return upTo(gBlocks)
    .flatMap((gHead) => upTo(gBlocks).map((gTail) => ({ gHead, gTail })))
    .flatMap((generator) => upTo(dBlocks).map((dHead) => ({ ...generator, dHead })))
    .flatMap((heads) => upTo(dBlocks).map((dTail) => ({ ...heads, dTail })))
    .filter((cut) => isLegalCut(spec, cut));
}

/** Every layer that some device of a split may hold: all but those of the always-remote block. */
function movableLayers(network: NetworkSpec): TensorSpec[] {
  const remote = alwaysRemoteBlock(network);
  return [...parametersOf(network, 1, remote - 1), ...parametersOf(network, remote + 1)].map(longestNamed);
}

function allLayers(network: NetworkSpec): TensorSpec[] {
  return parametersOf(network, 1).map(longestNamed);
}

function longestNamed({ shape }: TensorSpec): TensorSpec {
  return { name: 'n'.repeat(MAXIMUM_NAME_BYTES), shape };
}
