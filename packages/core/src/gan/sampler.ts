// Images from a whole generator in running mode: what is shown, scored and exported.
import { tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import type { GanSpec } from '../architecture/index.ts';
import { Segment } from '../nn/index.ts';
import type { Random } from '../random.ts';
import type { NamedTensors, PlainTensor } from '../tensors/index.ts';
import { downloadOne } from './plain.ts';

/** What to draw: one image for each label, with fresh noise. */
export interface SampleRequest {
  readonly labels: Int32Array;
  readonly random: Random;
}

/**
 * Draws images [n, height, width, channels] in [-1, 1] from the generator with these values, named as in the network
 * ('block1.dense.weight', …). Batch normalisation uses the running statistics.
 */
export async function sampleGenerator(
  spec: GanSpec,
  values: NamedTensors,
  { labels, random }: SampleRequest,
): Promise<PlainTensor> {
  const generator = new Segment(spec.generator, 1, spec.generator.blocks.length);
  try {
    generator.load(values);
    const z = Float32Array.from({ length: labels.length * spec.zDim }, () => random.normal());
    const images = tidy(() =>
      generator.infer(tensor(z, [labels.length, spec.zDim]), tensor1d(labels, 'int32')),
    );
    return await downloadOne(images);
  } finally {
    generator.dispose();
  }
}
