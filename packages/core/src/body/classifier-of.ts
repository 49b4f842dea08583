// The classifier that devices judge: it has seen nothing but images of a generator.
import type { GanSpec } from '../architecture/index.ts';
import type { Clock } from '../clock.ts';
import { sampleGenerator, withoutKind } from '../gan/index.ts';
import { trainClassifier } from '../metrics/index.ts';
import { judgedShape } from '../protocol/index.ts';
import { Random } from '../random.ts';
import { type BodyPort, pixelBytes } from '../session/index.ts';
import { elementCount, type NamedTensors } from '../tensors/index.ts';

/** Images that are drawn in one go. */
const CHUNK = 250;
/** Milliseconds after which a training is given up: the run's steps wait for it. */
const DEADLINE_MS = 60_000;

/** Draws images of all classes in turn and trains a classifier on them; throws an Error when that takes a minute. */
export async function classifierOf(
  spec: GanSpec,
  { generator, images, epochs, seed }: Parameters<BodyPort['trainClassifier']>[0],
  clock: Clock,
): Promise<NamedTensors> {
  const startedMs = clock.now();
  const inTime = () => {
    if (clock.now() - startedMs > DEADLINE_MS)
      throw new Error('training the classifier took over a minute: lower run.judgeImages or run.judgeEpochs');
  };
  const values = withoutKind(spec.generator, generator);
  const random = new Random(`${seed}/judging`);
  const labels = Uint8Array.from({ length: images }, (_, i) => i % spec.classes);
  const size = elementCount(spec.imageShape);
  const pixels = new Uint8Array(images * size);
  for (let at = 0; at < images; at += CHUNK) {
    const drawn = await sampleGenerator(spec, values, {
      labels: Int32Array.from(labels.subarray(at, at + CHUNK)),
      random,
    });
    pixels.set(pixelBytes(drawn), at * size);
    inTime();
  }
  const { kind, shape, classes } = judgedShape(spec);
  const set = { images: pixels, labels, shape };
  const classifier = await trainClassifier({ set, classes, kind, epochs, seed, onProgress: inTime });
  try {
    return await classifier.values();
  } finally {
    classifier.dispose();
  }
}
