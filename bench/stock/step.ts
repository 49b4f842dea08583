// The same training step as stock TensorFlow.js writes it: losses as functions, `variableGrads`, its own Adam.
import {
  add,
  dispose,
  keep,
  losses,
  onesLike,
  stack,
  tidy,
  train,
  variableGrads,
  zerosLike,
  type Scalar,
  type NamedTensorMap,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { GanSpec } from '@tessera/core/architecture';
import { ADAM, type Batch, type TrainingStep } from '../whole-step.ts';
import { stockNetwork } from './network.ts';

/**
 * Updates the discriminator on fake and real, then the generator through it. Autodiff runs the generator's forward pass
 * anew for its own update; running statistics are left out.
 */
export function stockStep(spec: GanSpec, { images, z, labels }: Batch): TrainingStep {
  const generator = stockNetwork(spec.generator);
  const discriminator = stockNetwork(spec.discriminator);
  const optimisers = [generator, discriminator].map(() =>
    train.adam(ADAM.learningRate, ADAM.beta1, ADAM.beta2, ADAM.epsilon),
  );
  const [ofGenerator, ofDiscriminator] = optimisers;
  const lossOf = (logits: Tensor, target: 0 | 1) =>
    losses.sigmoidCrossEntropy(target === 1 ? onesLike(logits) : zerosLike(logits), logits);

  function step(): Tensor {
    const fakes = generator.apply(z, labels);
    let parts: readonly Tensor[] = [];
    const judging = variableGrads(() => {
      const fake = lossOf(discriminator.apply(fakes, labels), 0);
      const real = lossOf(discriminator.apply(images, labels), 1);
      parts = [keep(real), keep(fake)]; // `variableGrads` would free them
      return add<Scalar>(fake, real);
    }, discriminator.variables);
    ofDiscriminator?.applyGradients(listed(judging.grads));
    const fooling = variableGrads(
      () => lossOf(discriminator.apply(generator.apply(z, labels), labels), 1) as Scalar, // a mean
      generator.variables,
    );
    ofGenerator?.applyGradients(listed(fooling.grads));
    const stacked = stack([...parts, fooling.value]);
    dispose([...parts]);
    return stacked;
  }

  return {
    run: async () => {
      const stacked = tidy(step);
      const values = await stacked.data<'float32'>();
      stacked.dispose();
      return [...values];
    },
    dispose: () => {
      generator.dispose();
      discriminator.dispose();
      for (const optimiser of optimisers) {
        optimiser.dispose();
      }
    },
  };
}

function listed(gradients: NamedTensorMap) {
  return Object.entries(gradients).map(([name, gradient]) => ({ name, tensor: gradient }));
}
