// Pictures and data that an experiment's generators draw.
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { drawsPoints, type GanSpec } from '@tessera/core/architecture';
import type { PlainTensor } from '@tessera/core/tensors';
import { gridMeans, type GaussianGrid } from '@tessera/core/data';
import { pixelBytes, sampleGridPng, scatterPng, writeIdxImages, writeIdxLabels } from '../report/index.ts';
import { writeFileAtomically } from '../store/index.ts';
import type { Draw } from './drawing.ts';
import type { Experiment } from './experiment.ts';
import { askedFor } from './judge.ts';
import type { JudgedDomain } from './judged-domains.ts';

/** Rows of a sample grid: one image a class in each. */
const GRID_ROWS = 4;
/** Generated images that are left for Python and others, a domain; fewer where the classifier is given fewer. */
const MOST_KEPT = 6_000;
/** Images that are drawn in one go. */
const CHUNK = 250;

/** What is drawn, and by whom. */
export interface Drawing {
  readonly draw: Draw;
  readonly spec: GanSpec;
  readonly seed: number;
  /** What the generator is asked for. */
  readonly asked: JudgedDomain['asked'];
  readonly condition: Experiment['run']['condition'];
  /** Of points. */
  readonly grid: GaussianGrid;
}

/** Images to a row of a sample grid without classes. */
const GRID_COLUMNS = 10;
/** Points of a scatter picture. */
const SCATTERED = 1_000;

/** Columns of a sample grid. */
export function gridColumns({ spec, condition }: Pick<Drawing, 'spec' | 'condition'>): number {
  if (drawsPoints(spec)) return 1;
  return condition === 'classes' ? spec.classes : GRID_COLUMNS;
}

/** A PNG with a few images of every class, of nothing in particular, or of each domain in a row; or with many points. */
export async function writeSamples(path: string, drawing: Drawing): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomically(path, await samplesPng(drawing));
}

async function samplesPng(drawing: Drawing): Promise<Buffer> {
  const { spec, seed, asked, grid } = drawing;
  const draw = (labels: Int32Array) => drawing.draw(labels, seed);
  if (drawsPoints(spec)) {
    const points = await draw(classesInTurn(SCATTERED, spec.classes));
    return scatterPng(points, { means: gridMeans(grid), deviation: grid.deviation });
  }
  const columns = gridColumns(drawing);
  if (asked.by === 'class')
    return sampleGridPng(await draw(classesInTurn(GRID_ROWS * columns, spec.classes)), columns);
  // One noise vector a column, one domain a row: the seed gives each row the same noise.
  const rows: PlainTensor[] = [];
  for (let domain = 0; domain < asked.domains; domain++)
    rows.push(await draw(new Int32Array(columns).fill(domain)));
  return sampleGridPng(stacked(rows), columns);
}

function stacked(rows: readonly PlainTensor[]): PlainTensor {
  const [, ...shape] = rows[0]?.shape ?? [];
  const count = rows.reduce((sum, row) => sum + (row.shape[0] ?? 0), 0);
  return { shape: [count, ...shape], data: Float32Array.from(rows.flatMap(({ data }) => [...data])) };
}

/** Images with uniform labels as IDX files in `folder`, named for the domain, for any other judge. */
export async function writeImages(
  folder: string,
  { domain, images }: { readonly domain: string; readonly images: number },
  { draw, spec, seed, asked }: Drawing,
): Promise<void> {
  if (drawsPoints(spec)) return;
  const kept = Math.min(MOST_KEPT, images);
  const size = spec.imageShape.reduce((product, side) => product * side, 1);
  const pixels = new Uint8Array(kept * size);
  const labels = askedFor(classesInTurn(kept, spec.classes), asked);
  for (let at = 0; at < kept; at += CHUNK) {
    const drawn = await draw(labels.subarray(at, at + CHUNK), seed + at);
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
