// What the cloud does for label related communities: it trains the domain classifier and, where that is its part, G by it.
import { tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import { domainClassifier, type GanSpec } from '../architecture/index.ts';
import { DomainLoss, initialGan, TrainedBlocks, withKind } from '../gan/index.ts';
import { type AdamSettings, crossEntropyWithLogits, type Gradients, initialValues } from '../nn/index.ts';
import { Random } from '../random.ts';
import type { NamedTensors, OptimiserState } from '../tensors/index.ts';
import type { DomainState } from './ports.ts';

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
  /** Who takes the gradient of the losses: the cloud, or the edges, for which it trains the classifier alone. */
  readonly by: 'cloud' | 'edges';
}

/** Both losses of one batch of noise. */
export interface DomainLosses {
  /** Eq. 8: the sum over unordered pairs of domains of the mean distance of block 1's outputs for one z. */
  readonly invariant: number;
  /** Eq. 9: the sum over domains of the mean cross-entropy of the classifier. */
  readonly specific: number;
}

/** The domain classifier C, and the generator's updates by both losses (AAAI 2023, Eqs. 8 and 9; `DomainLoss`). */
export class DomainTerms {
  readonly #options: DomainTermsOptions;
  readonly #loss: DomainLoss;
  readonly #generated: TrainedBlocks;
  readonly #classified: TrainedBlocks;

  constructor(options: DomainTermsOptions) {
    const { spec, optimiser } = options;
    const network = domainClassifier(spec);
    this.#options = options;
    this.#loss = new DomainLoss(spec, options);
    const { first, rest, classifier } = this.#loss;
    this.#generated = new TrainedBlocks(spec.generator, [...first.blocks, ...rest.blocks], optimiser);
    this.#classified = new TrainedBlocks(network, classifier.blocks, optimiser);
    const random = new Random(`${options.seed}/classifier`);
    this.#classified.load(withKind(network, initialValues(network, random)));
    this.#generated.load(initialGan(spec, random));
  }

  /** Trains C on what this generator draws, then, where the cloud does that, the generator by both losses; what C learned before goes on. */
  async improve(
    generator: NamedTensors,
    version: number,
    before?: DomainState,
  ): Promise<{ readonly generator: NamedTensors; readonly domains: DomainState }> {
    this.load(generator, before);
    const { seed, steps, by } = this.#options;
    const random = new Random(`${seed}/${version}`);
    for (let step = 0; step < steps; step++) this.#trainClassifier(this.#loss.draw(random));
    if (by === 'cloud')
      for (let step = 0; step < steps; step++) this.#trainGenerator(this.#loss.draw(random));
    const classifier = await this.#classified.values();
    const [one, other] = [await this.#generated.moments(), await this.#classified.moments()];
    const moments: OptimiserState = {
      steps: new Map([...one.steps, ...other.steps]),
      moments: new Map([...one.moments, ...other.moments]),
    };
    const trained = by === 'cloud' ? await this.#generated.values() : generator;
    return { generator: trained, domains: { classifier, moments } };
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
    const { losses, gradients } = this.#loss.at(z);
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
      const { first, rest, classifier } = this.#loss;
      const labels = this.#loss.labels();
      const images = rest.infer(first.infer(this.#loss.noise(z), labels), labels);
      const { output, context } = classifier.forward(images, { mode: 'training' });
      const { gradient } = crossEntropyWithLogits(output as Tensor2D, labels); // [rows, domains]
      const { parameters } = classifier.backward(context, gradient, { input: false, parameters: true });
      context.dispose();
      if (parameters) this.#classified.step(parameters);
    });
  }

  #trainGenerator(z: Float32Array): void {
    const { losses, gradients } = this.#loss.at(z);
    losses.dispose();
    this.#generated.step(gradients);
  }
}
