// Times one small training step on the engine that runs in this process.
import { randomNormal, tensor1d, type Tensor2D } from '@tensorflow/tfjs-core';
import { cganSpec } from '@tessera/core/architecture';
import type { Clock } from '@tessera/core/clock';
import { Adam, bceWithLogits, disposeGradients, initialValues, readAll, Segment } from '@tessera/core/nn';
import { Random } from '@tessera/core/random';

const BATCH = 16;
const WARM_UP_STEPS = 3;
const TIMED_STEPS = 7;
/** A software GPU takes seconds for a step: it is not asked for more steps once this has passed. */
const ENOUGH_MS = 5_000;

/** The median time of the step in milliseconds, after a warm-up that compiles what there is to compile. */
export async function timeSmallStep(clock: Clock): Promise<number> {
  const spec = cganSpec({ width: 1 / 8 });
  const random = new Random('small-step');
  const generator = new Segment(spec.generator, 1, spec.generator.blocks.length);
  const discriminator = new Segment(spec.discriminator, 1, spec.discriminator.blocks.length);
  generator.load(initialValues(spec.generator, random));
  discriminator.load(initialValues(spec.discriminator, random));
  const adam = new Adam({ learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 });
  const z = randomNormal([BATCH, spec.zDim], 0, 1, 'float32', random.nextUint32());
  const labels = tensor1d(
    Array.from({ length: BATCH }, (_, i) => i % spec.classes),
    'int32',
  );

  async function step(): Promise<number> {
    const start = clock.now();
    const fake = generator.forward(z, { mode: 'training', labels });
    const judged = discriminator.forward(fake.output, { mode: 'training', labels });
    const { loss, gradient } = bceWithLogits(judged.output as Tensor2D, 1); // the discriminator ends in [batch, 1]
    const down = discriminator.backward(judged.context, gradient, { input: true, parameters: false });
    if (!down.input) throw new Error('the discriminator gave no gradient of its input');
    const found = generator.backward(fake.context, down.input, { input: false, parameters: true });
    for (const block of generator.blocks) adam.step(block, found.parameters ?? new Map());
    // A read-back is the only way to wait until a GPU is done; it also belongs to a real step.
    await readAll([loss, generator.blocks[0]?.parameters[0]?.value ?? loss]);
    const time = clock.now() - start;
    disposeGradients(found.parameters ?? new Map());
    for (const tensor of [fake.output, judged.output, loss, gradient, down.input]) tensor.dispose();
    for (const { context } of [fake, judged]) context.dispose();
    return time;
  }

  async function steps(count: number): Promise<number[]> {
    const start = clock.now();
    const times: number[] = [];
    while (times.length < count && (times.length === 0 || clock.now() - start < ENOUGH_MS))
      times.push(await step());
    return times;
  }

  await steps(WARM_UP_STEPS);
  const times = (await steps(TIMED_STEPS)).sort((a, b) => a - b);
  for (const owner of [generator, discriminator, adam]) owner.dispose();
  for (const tensor of [z, labels]) tensor.dispose();
  return times[Math.floor(times.length / 2)] ?? NaN;
}
