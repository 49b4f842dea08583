// One small training step against stored numbers, run on a device's backend before it is trusted.
import { tensor, tensor1d, type Tensor } from '@tensorflow/tfjs-core';
import { cganSpec } from '../architecture/index.ts';
import { Random } from '../random.ts';
import { Adam } from './adam.ts';
import { vectors } from './axes.ts';
import type { Gradients } from './block.ts';
import { disposeGradients } from './gradients.ts';
import { initialValues } from './initialise.ts';
import { bceWithLogits } from './loss.ts';
import { sameLayout, toOutside, type Layout } from './layout.ts';
import { readAll } from './read.ts';
import { Segment } from './segment.ts';
import { selfTestNumbers } from './self-test-numbers.ts';

/** What the self-test found. */
export interface SelfTestResult {
  readonly ok: boolean;
  /** The largest difference from a stored number, as a share of its tensor's length; infinite for NaN. */
  readonly largestDifference: number;
  /** One sentence for the log and the page. */
  readonly detail: string;
}

/** Honest backends stay below 1e-5; wrong shaders miss by 1e-2 and more. */
const TOLERANCE = 1e-3;

/** Gradients shorter than this are compared absolutely. */
const SMALLEST_SCALE = 1e-6;

/** The step: both networks at the narrowest width, seen by `selfTest` and by the reference that its numbers come from. */
export function selfTestSetting() {
  const spec = cganSpec({ width: 1 / 16, zDim: 20 });
  const random = new Random('self-test');
  const batch = 4;
  const generator = initialValues(spec.generator, random);
  const discriminator = initialValues(spec.discriminator, random);
  const z = Float32Array.from({ length: batch * spec.zDim }, () => random.normal());
  const labels = Array.from({ length: batch }, () => random.integer(spec.classes));
  const adam = { learningRate: 1e-3, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };
  return { spec, batch, generator, discriminator, z, labels, adam };
}

/** Length and product with a wave of fixed phases: two numbers that tell a tensor from a permuted or scaled one. */
export function fingerprint(values: ArrayLike<number>): readonly [length: number, wave: number] {
  let [squares, wave] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    squares += value * value;
    wave += value * Math.cos(0.7 * i);
  }
  return [Math.sqrt(squares), wave];
}

/**
 * Runs the generator's half of a step on the active backend: forward through both networks, back through both with all
 * parameter gradients, one Adam step, forward again. Costs well under a second and leaves nothing behind.
 */
export async function selfTest(): Promise<SelfTestResult> {
  try {
    return judge(await measure());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, largestDifference: Infinity, detail: `a training step failed: ${reason}` };
  }
}

function judge(found: ReadonlyMap<string, readonly [number, number]>): SelfTestResult {
  let [largestDifference, worst] = [0, ''];
  for (const [name, [length, wave]] of Object.entries(selfTestNumbers)) {
    const own = found.get(name) ?? [NaN, NaN];
    const scale = Math.max(length, SMALLEST_SCALE);
    const differences = [Math.abs(own[0] - length) / scale, Math.abs(own[1] - wave) / scale];
    const difference = differences.every(Number.isFinite) ? Math.max(...differences) : Infinity;
    if (difference > largestDifference) [largestDifference, worst] = [difference, name];
  }
  const ok = largestDifference <= TOLERANCE;
  const size = largestDifference.toExponential(1);
  const detail = ok
    ? `a training step gave the expected numbers (largest difference ${size})`
    : `a training step gave wrong numbers: ${worst} is off by ${size}, ${TOLERANCE} is allowed`;
  return { ok, largestDifference, detail };
}

/** The fingerprint of every parameter's gradient and of both losses, by name. */
async function measure(): Promise<Map<string, readonly [number, number]>> {
  const { spec, batch, z, labels, adam: settings, ...values } = selfTestSetting();
  const count = spec.generator.blocks.length;
  const generator = new Segment(spec.generator, 1, count);
  const discriminator = new Segment(spec.discriminator, 1, count);
  generator.load(values.generator);
  discriminator.load(values.discriminator);
  const adam = new Adam(settings);
  const noise = tensor(z, [batch, spec.zDim]);
  const classes = tensor1d(labels, 'int32');
  const options = { mode: 'training', labels: classes } as const;
  const used: Tensor[] = [noise, classes];
  const forward = () => {
    const fake = generator.forward(noise, options);
    const verdict = discriminator.forward(fake.output, options);
    const { loss, gradient } = bceWithLogits(vectors(verdict.output), 1);
    used.push(fake.output, verdict.output, loss, gradient);
    return { fake, verdict, loss, gradient };
  };

  const before = forward();
  const through = discriminator.backward(before.verdict.context, before.gradient, {
    input: true,
    parameters: true,
  });
  const behind =
    through.input &&
    generator.backward(before.fake.context, through.input, { input: false, parameters: true });
  for (const block of generator.blocks) adam.step(block, behind?.parameters ?? new Map());
  const after = forward();

  const results: [string, Tensor, Layout][] = [
    ['loss before', before.loss, sameLayout([])],
    ['loss after', after.loss, sameLayout([])],
    ...named('generator', generator, behind?.parameters),
    ...named('discriminator', discriminator, through.parameters),
  ];
  const data = await readAll(results.map(([, result]) => result));
  const found = results.map(([name, , layout], i) => {
    const inside = data[i] ?? new Float32Array();
    return [name, fingerprint(layout.shape.length > 0 ? toOutside(layout, inside) : inside)] as const;
  });

  for (const { fake, verdict } of [before, after]) {
    fake.context.dispose();
    verdict.context.dispose();
  }
  through.input?.dispose();
  for (const gradients of [through.parameters, behind?.parameters]) disposeGradients(gradients ?? new Map());
  for (const own of [...used, generator, discriminator, adam]) own.dispose();
  return new Map(found);
}

function named(
  network: string,
  segment: Segment,
  gradients: Gradients | undefined,
): [string, Tensor, Layout][] {
  return segment.blocks.flatMap((block) =>
    block.parameters.flatMap(({ name, layout }): [string, Tensor, Layout][] => {
      const gradient = gradients?.get(name);
      return gradient ? [[`${network} ${name}`, gradient, layout]] : [];
    }),
  );
}
