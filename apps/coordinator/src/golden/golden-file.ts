// A reference file pair: PREFIX.json with settings and scores, PREFIX.safetensors with inputs and weights.
import { readFile } from 'node:fs/promises';
import { readSafetensors, tensorNamed, type NamedTensors } from '@tessera/core/tensors';
import { z } from 'zod';
import { CommandFailure } from '../cli/index.ts';
import { bodyValues, deviceValues } from './author-names.ts';
import { momentNames } from './moments.ts';
import { parseSettings, type GoldenSettings } from './settings.ts';

/** A reference run. */
export interface Golden extends GoldenSettings {
  /** By the authors' names: inputs, and weights at every moment. */
  readonly tensors: NamedTensors;
}

/** Reads both files whole; throws a CommandFailure that says what is wrong with which. */
export async function readGolden(prefix: string): Promise<Golden> {
  const [json, bytes] = [await readWhole(`${prefix}.json`), await readWhole(`${prefix}.safetensors`)];
  const settings = explained(`${prefix}.json`, () => parseSettings(JSON.parse(json.toString('utf8'))));
  return explained(`${prefix}.safetensors`, () => {
    const golden = { ...settings, tensors: readSafetensors(bytes).tensors };
    checkWeights(golden);
    checkInputs(golden);
    return golden;
  });
}

/** Every moment must hold every layer. */
function checkWeights({ spec, devices, losses, tensors }: Golden): void {
  for (const moment of ['initial', ...momentNames(losses.length)]) {
    bodyValues(tensors, { spec, moment });
    for (const { id, cut } of devices) deviceValues(tensors, { spec, cut, moment, id });
  }
}

/** Every device must have its images, labels and noise for every step. */
function checkInputs({ spec, devices, losses, batch, tensors }: Golden): void {
  const [height, width, channels] = spec.imageShape;
  const shapes = { images: [batch, channels, height, width], labels: [batch], z: [batch, spec.zDim] };
  for (const step of losses.keys()) {
    for (const { id } of devices) {
      for (const [what, expected] of Object.entries(shapes)) {
        const name = `input/step${step}/${id}/${what}`;
        const { shape, data } = tensorNamed(tensors, name);
        if (shape.join() !== expected.join())
          throw new RangeError(`"${name}" is [${shape.join(', ')}] but must be [${expected.join(', ')}]`);
        const isClass = (label: number) => Number.isInteger(label) && label >= 0 && label < spec.classes;
        if (what === 'labels' && !data.every(isClass))
          throw new RangeError(`"${name}" holds a label that is none of the ${spec.classes} classes`);
      }
    }
  }
}

async function readWhole(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const advice = 'give the common path of a .json and a .safetensors file, without either ending';
    throw new CommandFailure(`${path} cannot be read: ${advice}`, 1, { cause });
  }
}

function explained<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message; // only errors are thrown
    throw new CommandFailure(`${path} cannot be replayed: ${why}`, 1, { cause });
  }
}
