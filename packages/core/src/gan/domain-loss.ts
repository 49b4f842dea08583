// The losses of label related communities: one content in every domain, and each domain its own look.
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
  tile,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { domainClassifier, type GanSpec } from '../architecture/index.ts';
import { crossEntropyWithLogits, type Gradients, Segment } from '../nn/index.ts';
import type { Random } from '../random.ts';
import { bothGradients, inputGradient, parameterGradients } from './gradients.ts';

/** Added under the root of a distance, so that equal outputs have a gradient. */
const DISTANCE_EPSILON = 1e-12;

/** What both losses count, and how much noise is drawn for them. */
export interface DomainWeights {
  readonly lambda1: number;
  readonly lambda2: number;
  /** Noise vectors of an update; each is drawn from in every domain. */
  readonly batch: number;
}

/**
 * lambda1 L_inv + lambda2 L_spe of a generator by a domain classifier (AAAI 2023, Eqs. 8 and 9). Both run with their running
 * statistics, the generator as it is shown; block 1 with its activation is the "first layer".
 */
export class DomainLoss {
  /** The generator's first block, and the others. */
  readonly first: Segment;
  readonly rest: Segment;
  readonly classifier: Segment;
  readonly #spec: GanSpec;
  readonly #weights: DomainWeights;

  constructor(spec: GanSpec, weights: DomainWeights) {
    const { generator } = spec;
    const network = domainClassifier(spec);
    this.first = new Segment(generator, 1, 1);
    this.rest = new Segment(generator, 2, generator.blocks.length);
    this.classifier = new Segment(network, 1, network.blocks.length);
    this.#spec = spec;
    this.#weights = weights;
  }

  /**
   * At this noise, [batch * zDim] numbers: [L_inv, L_spe], the sum over unordered pairs of domains of the mean distance of
   * block 1's outputs for one z, and the sum over domains of the mean cross-entropy; and the gradients of their weighed sum.
   * All are the caller's.
   */
  at(z: Float32Array): { readonly losses: Tensor; readonly gradients: Gradients } {
    const { lambda1, lambda2 } = this.#weights;
    const { classes } = this.#spec;
    const all = new Map<string, Tensor>();
    const losses = tidy(() => {
      const labels = this.labels();
      const options = { mode: 'running', labels } as const;
      const first = this.first.forward(this.noise(z), options);
      const rest = this.rest.forward(first.output, options);
      const judged = this.classifier.forward(rest.output, { mode: 'running' });
      const specific = crossEntropyWithLogits(judged.output as Tensor2D, labels); // [rows, domains]
      const invariant = invariance(first.output, classes);
      // The mean over all rows, times the domains, is the sum of the domains' means.
      const logits = mul(specific.gradient, lambda2 * classes);
      const images = inputGradient(this.classifier, judged.context, logits);
      const back = bothGradients(this.rest, rest.context, images);
      const outputs = add(back.input, mul(invariant.gradient, lambda1));
      const start = parameterGradients(this.first, first.context, outputs);
      for (const [name, gradient] of [...start, ...back.parameters]) all.set(name, gradient);
      for (const { context } of [first, rest, judged]) context.dispose();
      return concat([reshape(invariant.loss, [1]), reshape(mul(specific.loss, classes), [1])], 0);
    });
    return { losses, gradients: all };
  }

  /** Every domain for each of the batch's noise vectors, domain by domain. */
  labels(): Tensor1D {
    const { batch } = this.#weights;
    const labels = Array.from({ length: this.#spec.classes * batch }, (_, row) => Math.floor(row / batch));
    return tensor1d(labels, 'int32');
  }

  /** The same noise for every domain. */
  noise(z: Float32Array): Tensor {
    return tile(tensor(z, [this.#weights.batch, this.#spec.zDim]), [this.#spec.classes, 1]);
  }

  /** Noise for one batch. */
  draw(random: Random): Float32Array {
    return Float32Array.from({ length: this.#weights.batch * this.#spec.zDim }, () => random.normal());
  }

  dispose(): void {
    for (const segment of [this.first, this.rest, this.classifier]) segment.dispose();
  }
}

/** L_inv and its gradient at block 1's outputs [domains * batch, …]. */
function invariance(outputs: Tensor, domains: number): { readonly loss: Tensor; readonly gradient: Tensor } {
  const batch = outputs.shape[0] / domains;
  const rows = reshape(outputs, [domains, batch, -1]);
  const of = (domain: number) => reshape(slice(rows, [domain, 0, 0], [1, -1, -1]), [batch, -1]);
  const gradients: Tensor[] = Array.from({ length: domains }, (_, k) => mul(of(k), 0));
  let loss: Tensor = tensor(0);
  for (let k = 0; k < domains; k++)
    for (let other = k + 1; other < domains; other++) {
      const apart = sub(of(k), of(other));
      const distance = sqrt(add(sum(square(apart), 1), DISTANCE_EPSILON));
      loss = add(loss, mean(distance));
      const pull = div(div(apart, expandDims(distance, 1)), batch);
      gradients[k] = add(gradients[k] ?? pull, pull);
      gradients[other] = sub(gradients[other] ?? pull, pull);
    }
  return { loss, gradient: reshape(concat(gradients, 0), outputs.shape) };
}
