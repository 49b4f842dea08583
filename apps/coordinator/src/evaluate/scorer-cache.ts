// Scorers, trained once for each domain and kept as safetensors files.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { getBackend } from '@tensorflow/tfjs-core';
import type { ClassifierShape } from '@tessera/core/architecture';
import type { ImageSet } from '@tessera/core/data';
import {
  type Classifier,
  loadClassifier,
  trainClassifier,
  TRAINING_VERSION,
  type TrainingProgress,
} from '@tessera/core/metrics';
import { type NamedTensors, readSafetensors, writeSafetensors } from '@tessera/core/tensors';
import { flushFolder, writeFlushed } from '../store/index.ts';

/** Epochs of a scorer's training unless told otherwise. */
export const SCORER_EPOCHS = 4;

/** Where scorers are kept unless told otherwise, under the current folder. */
export const SCORER_FOLDER = join('.tessera', 'scorers');

export interface ScorerRequest {
  /** The domain's training images. */
  readonly train: ImageSet;
  /** SCORER_EPOCHS by default. */
  readonly epochs?: number | undefined;
  /** 0 by default, so that all runs on a domain are judged by the same scorer. */
  readonly seed?: number | undefined;
  /** SCORER_FOLDER by default. */
  readonly folder?: string | undefined;
  /** Called when the scorer is trained; a kept one is there at once. */
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
  /** Told in a sentence that a kept scorer was damaged, or that the new one could not be kept. */
  readonly onNote?: ((note: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A scorer, which is the caller's to dispose, and where it comes from. */
export interface FoundScorer {
  readonly scorer: Classifier;
  readonly origin: 'kept' | 'trained';
  readonly path: string;
}

/**
 * The scorer of these images: the kept one when there is a good one for the same images, settings, engine and version
 * of the training, else a new one, which is then kept. Rejects as `trainClassifier` does.
 */
export async function scorerFor(request: ScorerRequest): Promise<FoundScorer> {
  const { train, epochs = SCORER_EPOCHS, seed = 0, folder = SCORER_FOLDER, onNote, signal } = request;
  const shape = { kind: 'scorer', shape: train.shape, classes: train.classNames.length } as const;
  // The engine too: with another one the same seed gives other last bits, and scores must not depend on what was kept.
  const recipe = JSON.stringify({ ...shape, epochs, seed, version: TRAINING_VERSION, engine: getBackend() });
  const key = createHash('sha256').update(recipe).update(train.labels).update(train.images).digest('hex');
  const path = resolve(folder, `${key}.safetensors`);
  const kept = await readKept(path, { key, shape, onNote });
  if (kept) return { scorer: kept, origin: 'kept', path };
  const { onProgress } = request;
  const scorer = await trainClassifier({ ...shape, set: train, epochs, seed, onProgress, signal });
  try {
    await keep(path, await scorer.values(), { key, recipe });
  } catch (error) {
    onNote?.(
      `The scorer could not be kept in ${path} (${wordsOf(error)}); it will be trained again next time.`,
    );
  }
  return { scorer, origin: 'trained', path };
}

interface Expected extends Pick<ScorerRequest, 'onNote'> {
  readonly key: string;
  readonly shape: ClassifierShape;
}

/** The kept scorer; nothing when there is none, or when it is damaged, which is told. */
async function readKept(path: string, { key, shape, onNote }: Expected): Promise<Classifier | undefined> {
  try {
    const { tensors, metadata } = readSafetensors(await readFile(path));
    if (metadata.key !== key) throw new Error('it was made for other images or settings');
    if (metadata.sha256 !== digestOf(tensors)) throw new Error('its numbers do not match their checksum');
    return loadClassifier(tensors, shape);
  } catch (error) {
    if (isMissing(error)) return undefined;
    onNote?.(`The kept scorer ${path} cannot be used (${wordsOf(error)}); it is trained again.`);
    return undefined;
  }
}

/** Writes under a name of its own, because several processes may keep the same scorer, then renames. */
async function keep(
  path: string,
  values: NamedTensors,
  { key, recipe }: { readonly key: string; readonly recipe: string },
): Promise<void> {
  const folder = resolve(path, '..');
  await mkdir(folder, { recursive: true });
  const unfinished = `${path}.${randomUUID()}.new`;
  try {
    await writeFlushed(unfinished, writeSafetensors(values, { key, recipe, sha256: digestOf(values) }));
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await flushFolder(folder);
}

function digestOf(tensors: NamedTensors): string {
  const hash = createHash('sha256');
  for (const [name, { shape, data }] of tensors)
    hash
      .update(`${name} ${shape.join()}\n`)
      .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest('hex');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
