// For tests: a step as the authors order it (fake, real, update, generator), on whole networks.
import { tensor, tensor1d, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Exchange } from '../../architecture/index.ts';
import { bceWithLogits } from '../../nn/index.ts';
import type { NamedTensors } from '../../tensors/index.ts';
import type { StepLosses, TrainingBatch } from '../half.ts';
import { merged } from '../names.ts';
import type { Cohort } from './cohort.ts';
import { WholeNetwork, type ByDevice } from './whole-network.ts';

/** Both whole networks of a cohort. Leaves tensors behind: a test ends its own scope. */
export class ReferenceCohort {
  readonly #cohort: Cohort;
  readonly #generator: WholeNetwork;
  readonly #discriminator: WholeNetwork;

  constructor(cohort: Cohort) {
    this.#cohort = cohort;
    this.#generator = new WholeNetwork(cohort.spec.generator, cohort);
    this.#discriminator = new WholeNetwork(cohort.spec.discriminator, cohort);
  }

  /** One step; who has an entry in `lostAt` misses that exchange and all later ones. */
  async step(
    batches: ReadonlyMap<string, TrainingBatch>,
    lostAt: ReadonlyMap<string, Exchange> = new Map(),
  ): Promise<Map<string, StepLosses>> {
    const { zDim, imageShape } = this.#cohort.spec;
    const at = (exchange: Exchange, tensors: ByDevice) =>
      new Map([...tensors].filter(([id]) => (lostAt.get(id) ?? 7) > exchange));
    const labels = new Map([...batches].map(([id, batch]) => [id, tensor1d(batch.labels, 'int32')]));
    const inputs = (of: (batch: TrainingBatch) => Float32Array, shape: readonly number[]) =>
      new Map([...batches].map(([id, batch]) => [id, tensor(of(batch), [batch.labels.length, ...shape])]));
    const [generator, discriminator] = [this.#generator, this.#discriminator];

    const made = generator.forward(
      at(
        1,
        inputs(({ z }) => z, [zDim]),
      ),
      labels,
    );
    generator.commitStatistics(made);
    const fake = discriminator.forward(at(2, made.outputs), labels);
    discriminator.commitStatistics(fake);
    const real = discriminator.forward(
      at(
        1,
        inputs(({ images }) => images, imageShape),
      ),
      labels,
    );
    discriminator.commitStatistics(real);
    const fakeLoss = lossOf(at(3, fake.outputs), 0);
    const realLoss = lossOf(at(2, real.outputs), 1);
    discriminator.update(
      discriminator.backward(fake, fakeLoss.gradients).own,
      discriminator.backward(real, realLoss.gradients).own,
    );

    const renewed = discriminator.forward(at(4, made.outputs), labels);
    discriminator.commitStatistics(renewed);
    const fooled = lossOf(at(5, renewed.outputs), 1);
    const through = discriminator.backward(renewed, fooled.gradients);
    generator.update(generator.backward(made, at(6, through.inputs)).own);

    const mean = async (losses: ByDevice, id: string) => (await losses.get(id)?.data())?.[0] ?? NaN;
    return new Map(
      await Promise.all(
        [...batches.keys()].map(async (id): Promise<[string, StepLosses]> => [
          id,
          {
            discriminatorReal: await mean(realLoss.losses, id),
            discriminatorFake: await mean(fakeLoss.losses, id),
            generator: await mean(fooled.losses, id),
          },
        ]),
      ),
    );
  }

  /** What a device, or 'body', holds now. */
  async values(owner: string): Promise<NamedTensors> {
    return merged([await this.#generator.values(owner), await this.#discriminator.values(owner)]);
  }
}

function lossOf(logits: ByDevice, target: 0 | 1): { losses: ByDevice; gradients: ByDevice } {
  const each = [...logits].map(
    ([id, x]) => [id, bceWithLogits(x as Tensor2D, target)] as const, // The last block gives [batch, 1].
  );
  return {
    losses: new Map(each.map(([id, { loss }]): [string, Tensor] => [id, loss])),
    gradients: new Map(each.map(([id, { gradient }]): [string, Tensor] => [id, gradient])),
  };
}
