// Samples of every group as bytes: what the pages draw after each round.
import { type GanSpec, shownLabels } from '../architecture/index.ts';
import type { NamedTensors, PlainTensor } from '../tensors/index.ts';
import type { BodyPort } from './ports.ts';
import type { RoundSamples } from './view.ts';

/** One group's images: one a class, or a row where there are no labels. */
export interface GroupPixels {
  readonly cluster: number;
  readonly labels: readonly number[];
  /** [height * width * channels] bytes for each label. */
  readonly images: readonly Uint8Array[];
}

/**
 * The images that are shown (`shownLabels`) of each generator. The noise is the same after every round, so that the slider shows growth, and
 * the same for all groups, so that only the groups' own layers make them differ.
 */
export async function drawSamples(
  body: Pick<BodyPort, 'sample'>,
  spec: GanSpec,
  { seed, generators }: { readonly seed: number; readonly generators: ReadonlyMap<number, NamedTensors> },
): Promise<GroupPixels[]> {
  const labels = shownLabels(spec);
  const groups: GroupPixels[] = [];
  for (const [cluster, generator] of generators) {
    const images = await body.sample({ generator, labels, seed });
    groups.push({ cluster, labels: [...labels], images: separate(pixelBytes(images), labels.length) });
  }
  return groups;
}

/** Samples as they are kept and sent: pixels as text. */
export function roundSamples(
  round: number,
  { imageShape }: GanSpec,
  groups: readonly GroupPixels[],
): RoundSamples {
  return { round, shape: imageShape, groups: groups.map(asText) };
}

/** Pixels in [-1, 1] as bytes. */
export function pixelBytes(images: PlainTensor): Uint8Array {
  return Uint8Array.from(images.data, (value) => Math.max(0, Math.min(255, Math.round((value + 1) * 127.5))));
}

/** Bytes as base64 text. */
export function base64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function separate(pixels: Uint8Array, count: number): Uint8Array[] {
  const size = pixels.length / count;
  return Array.from({ length: count }, (_, i) => pixels.subarray(i * size, (i + 1) * size));
}

function asText({ cluster, labels, images }: GroupPixels): RoundSamples['groups'][number] {
  const size = images[0]?.length ?? 0;
  const all = new Uint8Array(images.length * size);
  images.forEach((image, i) => {
    all.set(image, i * size);
  });
  return { cluster, labels, pixels: base64(all) };
}
