// What the cloud adds to label related communities: one content in every domain, and each domain its own look.
import {
  add,
  concat,
  div,
  expandDims,
  mean,
  mul,
  reshape,
  slice,
  sqrt,
  square,
  sub,
  sum,
  tensor,
  tensor1d,
  tidy,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { classifierSpec, type GanSpec } from '../architecture/index.ts';
import { initialGan, TrainedBlocks, withKind } from '../gan/index.ts';
import {
  type AdamSettings,
  crossEntropyWithLogits,
  type Gradients,
  initialValues,
  Segment,
} from '../nn/index.ts';
import { Random } from '../random.ts';
import type { NamedTensors, OptimiserState } from '../tensors/index.ts';
import type { DomainState } from './ports.ts';

/** Added under the root of a distance, so that equal outputs have a gradient. */
const DISTANCE_EPSILON = 1e-12;

export interface DomainTermsOptions {
  /** Its labels are the domains. */
  readonly spec: GanSpec;
  readonly optimiser: AdamSettings;
  readonly lambda1: number;
  readonly lambda2: number;
  /** Noise vectors of an update; each is drawn from in every domain. */
  readonly batch: number;
  /** Updates of the classifier, and of the generator, at each merge. */
  readonly steps: number;
  readonly seed: string;
}

/** Both losses of one batch of noise. */
export interface DomainLosses {
  /** Eq. 8: the sum over unordered pairs of domains of the mean distance of block 1's outputs for one z. */
  readonly invariant: number;
  /** Eq. 9: the sum over domains of the mean cross-entropy of the classifier. */
  readonly specific: number;
}

/**
 * The domain classifier C and the generator's updates by lambda1 L_inv + lambda2 L_spe (AAAI 2023, Eqs. 8 and 9). The
 * generator runs with its running statistics, as it is shown; block 1 with its activation is the "first layer".
 */
export class DomainTerms {
  readonly #options: DomainTermsOptions;
  readonly #first: Segment;
  readonly #rest: Segment;
  readonly #classifier: Segment;
  readonly #generated: TrainedBlocks;
  readonly #classified: TrainedBlocks;

  constructor(options: DomainTermsOptions) {
    const { spec, optimiser } = options;
    const { generator, imageShape: shape, classes } = spec;
    this.#options = options;
    this.#first = new Segment(generator, 1, 1);
    this.#rest = new Segment(generator, 2, generator.blocks.length);
    this.#generated = new TrainedBlocks(generator, [...this.#first.blocks, ...this.#rest.blocks], optimiser);
    const network = classifierSpec({ kind: 'classifier', shape, classes });
    this.#classifier = new Segment(network, 1, network.blocks.length);
    this.#classified = new TrainedBlocks(network, this.#classifier.blocks, optimiser);
    const random = new Random(`${options.seed}/classifier`);
    this.#classified.load(withKind(network, initialValues(network, random)));
    this.#generated.load(initialGan(spec, random));
  }

  /** Trains C on what this generator draws, then the generator by both losses; what C learned before goes on. */
  async improve(
    generator: NamedTensors,
    version: number,
    before?: DomainState,
  ): Promise<{ readonly generator: NamedTensors; readonly domains: DomainState }> {
    this.load(generator, before);
    const random = new Random(`${this.#options.seed}/${version}`);
    for (let step = 0; step < this.#options.steps; step++) this.#trainClassifier(this.#draw(random));
    for (let step = 0; step < this.#options.steps; step++) this.#trainGenerator(this.#draw(random));
    const classifier = await this.#classified.values();
    const [one, other] = [await this.#generated.moments(), await this.#classified.moments()];
    const moments: OptimiserState = {
      steps: new Map([...one.steps, ...other.steps]),
      moments: new Map([...one.moments, ...other.moments]),
    };
    return { generator: await this.#generated.values(), domains: { classifier, moments } };
  }

  /** Takes a generator, and a classifier with both optimisers' memory. */
  load(generator: NamedTensors, before?: DomainState): void {
    this.#generated.load(generator);
    if (!before) return;
    this.#classified.load(before.classifier);
    this.#generated.loadMoments(before.moments);
    this.#classified.loadMoments(before.moments);
  }

  /** Both losses at this noise, [batch * zDim] numbers, and the gradient of their weighed sum; it is the caller's. */
  async losses(z: Float32Array): Promise<{ readonly losses: DomainLosses; readonly gradients: Gradients }> {
    const { losses, gradients } = this.#losses(z);
    const [invariant = NaN, specific = NaN] = await losses.data<'float32'>();
    losses.dispose();
    return { losses: { invariant, specific }, gradients };
  }

  dispose(): void {
    this.#generated.dispose();
    this.#classified.dispose();
  }

  #trainClassifier(z: Float32Array): void {
    tidy(() => {
      const labels = this.#labels();
      const images = this.#rest.infer(this.#first.infer(this.#noise(z), labels), labels);
      const { output, context } = this.#classifier.forward(images, { mode: 'training' });
      const { gradient } = crossEntropyWithLogits(output as Tensor2D, labels); // [rows, domains]
      const { parameters } = this.#classifier.backward(context, gradient, { input: false, parameters: true });
      context.dispose();
      if (parameters) this.#classified.step(parameters);
    });
  }

  #trainGenerator(z: Float32Array): void {
    const { losses, gradients } = this.#losses(z);
    losses.dispose();
    this.#generated.step(gradients);
  }

  /** [invariant, specific], and the gradients of the generator's parameters. */
  #losses(z: Float32Array): { readonly losses: Tensor; readonly gradients: Gradients } {
    const { lambda1, lambda2, spec } = this.#options;
    const all = new Map<string, Tensor>();
    const losses = tidy(() => {
      const labels = this.#labels();
      const options = { mode: 'running', labels } as const;
      const first = this.#first.forward(this.#noise(z), options);
      const rest = this.#rest.forward(first.output, options);
      const judged = this.#classifier.forward(rest.output, { mode: 'running' });
      const specific = crossEntropyWithLogits(judged.output as Tensor2D, labels); // [rows, domains]
      const invariant = this.#invariant(first.output);
      // The mean over all rows, times the domains, is the sum of the domains' means.
      const logits = mul(specific.gradient, lambda2 * spec.classes);
      const images = needed(
        this.#classifier.backward(judged.context, logits, { input: true, parameters: false }).input,
      );
      const back = this.#rest.backward(rest.context, images, { input: true, parameters: true });
      const outputs = add(needed(back.input), mul(invariant.gradient, lambda1));
      const start = this.#first.backward(first.context, outputs, { input: false, parameters: true });
      for (const found of [start.parameters, back.parameters])
        for (const [name, gradient] of found ?? []) all.set(name, gradient);
      for (const { context } of [first, rest, judged]) context.dispose();
      const both = [reshape(invariant.loss, [1]), reshape(mul(specific.loss, spec.classes), [1])];
      return concat(both, 0);
    });
    return { losses, gradients: all };
  }

  /** L_inv and its gradient at block 1's outputs [domains * batch, …]. */
  #invariant(outputs: Tensor): { readonly loss: Tensor; readonly gradient: Tensor } {
    const { classes } = this.#options.spec;
    const batch = outputs.shape[0] / classes;
    const rows = reshape(outputs, [classes, batch, -1]);
    const of = (domain: number) => reshape(slice(rows, [domain, 0, 0], [1, -1, -1]), [batch, -1]);
    const gradients: Tensor[] = Array.from({ length: classes }, (_, k) => mul(of(k), 0));
    let loss: Tensor = tensor(0);
    for (let k = 0; k < classes; k++)
      for (let other = k + 1; other < classes; other++) {
        const apart = sub(of(k), of(other));
        const distance = sqrt(add(sum(square(apart), 1), DISTANCE_EPSILON));
        loss = add(loss, mean(distance));
        const pull = div(div(apart, expandDims(distance, 1)), batch);
        gradients[k] = add(gradients[k] ?? pull, pull);
        gradients[other] = sub(gradients[other] ?? pull, pull);
      }
    return { loss, gradient: reshape(concat(gradients, 0), outputs.shape) };
  }

  /** Every domain for each of the batch's noise vectors, domain by domain. */
  #labels(): Tensor1D {
    const { spec, batch } = this.#options;
    const labels = Array.from({ length: spec.classes * batch }, (_, row) => Math.floor(row / batch));
    return tensor1d(labels, 'int32');
  }

  /** The same noise for every domain. */
  #noise(z: Float32Array): Tensor {
    const { spec, batch } = this.#options;
    const one = tensor(z, [batch, spec.zDim]);
    return concat(
      Array.from({ length: spec.classes }, () => one),
      0,
    );
  }

  #draw(random: Random): Float32Array {
    const { spec, batch } = this.#options;
    return Float32Array.from({ length: batch * spec.zDim }, () => random.normal());
  }
}

function needed(found: Tensor | undefined): Tensor {
  if (!found) throw new Error('a backward pass did not return the gradient that was asked for');
  return found;
}
