// One update by Adam of both networks at full width (3.04 million parameters) against TensorFlow.js's own Adam.
import { randomNormal, tidy, train, variable, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { cganSpec } from '@tessera/core/architecture';
import { Adam, initialValues, Segment } from '@tessera/core/nn';
import { Random } from '@tessera/core/random';
import { type Benchmark, limitsOf, reportRace } from '../benchmark.ts';
import { race, sideOf } from '../race.ts';
import { settled } from '../settled.ts';
import { ADAM } from '../whole-step.ts';

/** The update alone. */
export const adamBenchmark: Benchmark = {
  name: 'adam',
  summary: 'one update of 3 million parameters, against tf.train.adam',
  usesEngine: true,
  async run(setting) {
    const spec = cganSpec();
    const networks = [spec.generator, spec.discriminator].map((network) => {
      const segment = new Segment(network, 1, network.blocks.length);
      segment.load(initialValues(network, new Random(network.kind)));
      const trainable = segment.blocks.flatMap((block) => block.parameters.filter((one) => one.trainable));
      const gradients = new Map(
        trainable.map(({ name, layout }, i): [string, Tensor] => [
          name,
          randomNormal([...layout.shape], 0, 0.01, 'float32', i),
        ]),
      );
      return { kind: network.kind, segment, trainable, gradients, adam: new Adam(ADAM) };
    });
    const last = networks[1]?.trainable.at(-1);
    if (!last) throw new Error('the networks have no parameters');
    const own = sideOf('Tessera', async () => {
      for (const { segment, gradients, adam } of networks)
        tidy(() => {
          for (const block of segment.blocks) adam.step(block, gradients);
        });
      await settled(last.value);
    });
    const stock = train.adam(ADAM.learningRate, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
    const named = networks.flatMap(({ kind, gradients }) =>
      [...gradients].map(([name, gradient]) => ({ name: `${kind}/${name}`, gradient })),
    );
    const variables = named.map(({ name, gradient }) => variable(zeros(gradient.shape), true, name));
    const gradients = named.map(({ name, gradient }) => ({ name, tensor: gradient }));
    const other = sideOf('tf.train.adam', async () => {
      tidy(() => {
        stock.applyGradients(gradients);
      });
      await settled(variables.at(-1) ?? last.value);
    });
    const result = await race(own, [other], limitsOf(setting));
    reportRace(setting, { name: 'adam, 3 M parameters', batch: null, width: 1 }, result);
  },
};
