// Samples of every group as bytes: what the pages draw after each round.
import type { GanSpec } from '../architecture/index.ts';
import type { NamedTensors, PlainTensor } from '../tensors/index.ts';
import type { BodyPort } from './ports.ts';
import type { RoundSamples } from './view.ts';

/** One image a class of each generator, from the same noise after every round, so that the slider shows growth. */
export async function sampleRound(
  body: BodyPort,
  spec: GanSpec,
  what: {
    readonly round: number;
    readonly seed: number;
    readonly generators: ReadonlyMap<number, NamedTensors>;
  },
): Promise<RoundSamples> {
  const labels = Array.from({ length: spec.classes }, (_, index) => index);
  const groups: RoundSamples['groups'][number][] = [];
  for (const [cluster, generator] of what.generators) {
    const images = await body.sample({
      generator,
      labels: Int32Array.from(labels),
      seed: what.seed + cluster,
    });
    groups.push({ cluster, labels, pixels: base64(pixelBytes(images)) });
  }
  return { round: what.round, shape: spec.imageShape, groups };
}

/** Pixels in [-1, 1] as bytes. */
export function pixelBytes(images: PlainTensor): Uint8Array {
  return Uint8Array.from(images.data, (value) => Math.max(0, Math.min(255, Math.round((value + 1) * 127.5))));
}

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
