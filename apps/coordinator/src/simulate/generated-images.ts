// Pictures and data that an experiment's generators draw.
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GanSpec } from '@tessera/core/architecture';
import type { BodyPort } from '@tessera/core/session';
import type { NamedTensors } from '@tessera/core/tensors';
import { pixelBytes, sampleGridPng, writeIdxImages, writeIdxLabels } from '../report/index.ts';
import { writeFileAtomically } from '../store/index.ts';

/** Rows of a sample grid: one image a class in each. */
const GRID_ROWS = 4;
/** Generated images that are left for Python and others, a domain; fewer where the classifier is given fewer. */
const MOST_KEPT = 6_000;
/** Images that are drawn in one go. */
const CHUNK = 250;

/** A generator, and who draws with it. */
export interface Drawing {
  readonly body: Pick<BodyPort, 'sample'>;
  readonly spec: GanSpec;
  readonly generator: NamedTensors;
  readonly seed: number;
}

/** A PNG with a few images of every class. */
export async function writeSamples(path: string, { body, spec, generator, seed }: Drawing): Promise<void> {
  const labels = classesInTurn(GRID_ROWS * spec.classes, spec.classes);
  const images = await body.sample({ generator, labels, seed });
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomically(path, await sampleGridPng(images, spec.classes));
}

/** Images with uniform labels as IDX files in `folder`, named for the domain, for any other judge. */
export async function writeImages(
  folder: string,
  { domain, images }: { readonly domain: string; readonly images: number },
  { body, spec, generator, seed }: Drawing,
): Promise<void> {
  const kept = Math.min(MOST_KEPT, images);
  const size = spec.imageShape.reduce((product, side) => product * side, 1);
  const pixels = new Uint8Array(kept * size);
  const labels = classesInTurn(kept, spec.classes);
  for (let at = 0; at < kept; at += CHUNK) {
    const drawn = await body.sample({ generator, labels: labels.subarray(at, at + CHUNK), seed: seed + at });
    pixels.set(pixelBytes(drawn.data), at * size);
  }
  const stem = join(folder, `samples-${slug(domain)}`);
  await writeIdxImages(`${stem}-images-idx3-ubyte.gz`, pixels, [kept, ...spec.imageShape]);
  await writeIdxLabels(`${stem}-labels-idx1-ubyte.gz`, Uint8Array.from(labels));
}

/** A domain's name in a file's name. */
export function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

function classesInTurn(count: number, classes: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i % classes);
}
