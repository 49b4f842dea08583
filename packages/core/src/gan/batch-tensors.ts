// A training batch on the active backend.
import { tensor, tensor1d, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import type { GanSpec } from '../architecture/index.ts';
import { drawnLabels } from './beside-labels.ts';
import type { TrainingBatch } from './half.ts';

/** What a step computes with. */
export interface BatchTensors {
  readonly images: Tensor;
  readonly labels: Tensor1D;
  readonly z: Tensor;
  /** What the generator is asked for: the same labels, or they and as many others, see `drawnLabels`. */
  readonly drawn: Tensor1D;
}

/** The tensors of a batch; they are the caller's. */
export function batchTensors(
  { images, labels, z, turn = 0 }: TrainingBatch,
  { spec, besideLabels = false }: { readonly spec: GanSpec; readonly besideLabels?: boolean | undefined },
): BatchTensors {
  const rows = labels.length;
  return {
    images: tensor(images, [rows, ...spec.imageShape]),
    labels: tensor1d(labels, 'int32'),
    z: tensor(z, [rows, spec.zDim]),
    drawn: drawnLabels(labels, { labels: spec.classes, turn, beside: besideLabels }),
  };
}
