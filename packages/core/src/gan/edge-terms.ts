// The domain terms where edges compute them: with the cloud's classifier, at each update of the community's generator.
import { domainClassifier, type GanSpec } from '../architecture/index.ts';
import type { Gradients, Segment } from '../nn/index.ts';
import { Random } from '../random.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { DomainLoss, type DomainWeights } from './domain-loss.ts';
import { withoutKind } from './names.ts';

/** Adds nothing until the first classifier has come; a newer one takes its place. */
export class EdgeTerms {
  readonly #spec: GanSpec;
  readonly #loss: DomainLoss;
  readonly #noise: Random;
  #isReady = false;

  /** @param seed of the terms' own noise: what devices are sent is the same with and without them. */
  constructor(spec: GanSpec, weights: DomainWeights, seed: string) {
    this.#spec = spec;
    this.#loss = new DomainLoss(spec, weights);
    this.#noise = new Random(`${seed}/domains`);
  }

  /** Takes a classifier ('classifier.block1…') out of the values, where they hold one; throws a RangeError about another network's. */
  load(values: NamedTensors): void {
    const own = withoutKind(domainClassifier(this.#spec), values);
    if (own.size === 0) return;
    this.#loss.classifier.load(own);
    this.#isReady = true;
  }

  /** The gradients of lambda1 L_inv + lambda2 L_spe of this whole generator at fresh noise, the caller's; none without a classifier. */
  gradients(generator: Segment): Gradients {
    if (!this.#isReady) return new Map();
    const { first, rest } = this.#loss;
    const [start, ...others] = generator.blocks;
    for (const [segment, blocks] of [
      [first, start ? [start] : []],
      [rest, others],
    ] as const)
      segment.blocks.forEach((block, i) => {
        const source = blocks[i];
        if (source) block.copy(source, 'all');
      });
    const { losses, gradients } = this.#loss.at(this.#loss.draw(this.#noise));
    losses.dispose();
    return gradients;
  }

  dispose(): void {
    this.#loss.dispose();
  }
}
