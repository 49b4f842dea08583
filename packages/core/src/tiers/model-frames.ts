// Generators between an edge and its cloud as frames: always in 32 bits, with exactly the run's own tensors.
import { domainClassifier, type GanSpec } from '../architecture/index.ts';
import { networkParameters } from '../federate/index.ts';
import {
  decodeFrame,
  encodeFrame,
  frameBytes,
  type FrameHeader,
  type TensorSpec,
} from '../protocol/index.ts';
import type { NamedTensors } from '../tensors/index.ts';

/** What a frame with a whole generator holds. */
export function generatorTensors({ generator }: GanSpec): readonly TensorSpec[] {
  return networkParameters(generator, 1, generator.blocks.length);
}

/** What the cloud hands out: the generator, with the domain classifier where the edges need it. */
export function globalTensors(spec: GanSpec, withClassifier: boolean): readonly TensorSpec[] {
  if (!withClassifier) return generatorTensors(spec);
  const classifier = domainClassifier(spec);
  return [...generatorTensors(spec), ...networkParameters(classifier, 1, classifier.blocks.length)];
}

/** Bytes of the largest frame that an edge sends. */
export function maximumTierFrameBytes(spec: GanSpec): number {
  return frameBytes(generatorTensors(spec), 'float32');
}

/** Where a frame belongs: the start of its sender's peer, the upload's number, and what it is of. */
export interface ModelPlace {
  readonly kind: 'community' | 'global';
  /** The start of the cloud. */
  readonly run: number;
  /** The edge's round, or the global version. */
  readonly round: number;
  /** The upload or question that it belongs to. */
  readonly number: number;
}

/** Packs tensors in the order of `specs`; throws a TesseraError about numbers that are not finite. */
export function modelFrame(
  { kind, run, round, number }: ModelPlace,
  tensors: NamedTensors,
  specs: readonly TensorSpec[],
): Uint8Array {
  const header: FrameHeader = { kind, run, round, step: number, exchange: 0, encoding: 'float32' };
  const ordered = new Map(
    specs.map(({ name }) => {
      const tensor = tensors.get(name);
      if (!tensor) throw new RangeError(`"${name}" is missing`);
      return [name, tensor];
    }),
  );
  return encodeFrame({ header, tensors: ordered });
}

/** Unpacks a frame of exactly these tensors; throws a TesseraError about any other. */
export function readModelFrame(bytes: Uint8Array, specs: readonly TensorSpec[]): NamedTensors {
  return decodeFrame(bytes, specs).tensors;
}
