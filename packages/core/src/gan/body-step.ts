// One step on the coordinator, top to bottom: at every `yield` the answers go down and the next messages come up.
import { keep, mean, reshape, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { alwaysRemoteBlock, type ExchangeTensorName } from '../architecture/index.ts';
import { partRows, type Rows } from './flow.ts';
import type { Gradients } from '../nn/index.ts';
import { summed } from './gradients.ts';
import { Held } from './held.ts';
import { send, type Received, type Sent } from './plain.ts';
import type { SharedBody, Watch } from './shared-body.ts';

/** What came up in one exchange, by device id, from the devices that are still in the step. */
export interface CohortUps {
  readonly ups: ReadonlyMap<string, Received>;
  /** Exchange 1 only: also take the cluster features of the real images. */
  readonly features: boolean;
}

/** What goes down to each of them. */
export interface CohortDowns {
  readonly downs: ReadonlyMap<string, Sent>;
  /** [channels, positions] by device id; empty unless they were asked for. */
  readonly features: ReadonlyMap<string, Tensor>;
  /** With the features: the drift of the generator's always-remote block; whoever gets it disposes of it. */
  readonly drift?: Tensor;
  /**
   * What no answer of this exchange needs (gradients of parameters, updates): to be run inside a `tidy` after the answers
   * are on their way, so that it takes its time while the devices compute.
   */
  readonly afterwards?: () => void;
}

/** Both networks' bodies, and the rows that each device has in them, in device-id order. */
export interface BodyStepParts {
  /** The discriminator's block whose output for real images gives the cluster features; the always-remote one if absent. */
  readonly featureBlock?: number | undefined;
  readonly generator: { readonly body: SharedBody; readonly rows: readonly Rows[] };
  readonly discriminator: { readonly body: SharedBody; readonly rows: readonly Rows[] };
}

/**
 * The six exchanges of docs/architecture.md. Every stretch between two yields runs inside a `tidy` of the caller's, and
 * so does what a yield leaves for afterwards, before the next stretch. Ending it early (`return()`) frees everything and keeps the updates already made. A device that is absent from an
 * exchange must be absent from all later ones: its rows stay in the passes that it took part in, with an output
 * gradient of zero. The discriminator's real pass commits its statistics after its fake pass, see `deviceStep`.
 */
export function* bodyStep(parts: BodyStepParts): Generator<CohortDowns, undefined, CohortUps> {
  const held = new Held();
  const generator = parts.generator.body;
  const discriminator = parts.discriminator.body;
  const forward = (
    network: 'generator' | 'discriminator',
    inputs: ReadonlyMap<string, Tensor>,
    watch?: Watch,
  ) => {
    const { body, rows } = parts[network];
    const present = rows.filter(({ id }) => inputs.has(id));
    const { outputs, pass } = body.forward(present, inputs, watch);
    return { outputs, pass: held.add(pass) };
  };
  try {
    const first = yield answers([], {});
    let { ups } = first;

    // 1: both bodies forward.
    const seen = new Map<string, Tensor>();
    const watch = first.features ? featureWatch(discriminator, seen, parts.featureBlock) : undefined;
    const made = forward('generator', each(ups, 'generator'));
    const drift = first.features
      ? generator.drift(made.pass, alwaysRemoteBlock(generator.trained.network))
      : undefined;
    generator.commitStatistics(made.pass);
    const real = forward('discriminator', each(ups, 'discriminator'), watch);
    const outputs = { generator: made.outputs, discriminator: real.outputs };
    ({ ups } = yield {
      ...answers(ups.keys(), outputs),
      features: seen,
      ...(drift && { drift: keep(drift) }),
    });

    // 2: forward for the fakes, back for real.
    const fake = forward('discriminator', each(ups, 'discriminator'));
    discriminator.commitStatistics(fake.pass);
    discriminator.commitStatistics(real.pass);
    const realBack = discriminator.backward(real.pass, each(ups, 'discriminatorGradient'), {
      parameters: 'later',
    });
    held.add(realBack);
    let realGradients: Gradients = new Map();
    ({ ups } = yield {
      ...answers(ups.keys(), { discriminator: fake.outputs, discriminatorGradient: realBack.inputs }),
      afterwards: () => {
        realGradients = held.addGradients(realBack.finish());
        real.pass.dispose();
      },
    });

    // 3: back for the fakes, then the discriminator's update.
    const fakeBack = discriminator.backward(fake.pass, each(ups, 'discriminatorGradient'), {
      parameters: 'later',
    });
    held.add(fakeBack);
    ({ ups } = yield {
      ...answers(ups.keys(), { discriminatorGradient: fakeBack.inputs }),
      afterwards: () => {
        discriminator.trained.step(summed(fakeBack.finish(), realGradients));
        fake.pass.dispose();
      },
    });

    // 4: the same fakes through the new discriminator.
    const renewed = forward('discriminator', each(ups, 'discriminator'));
    discriminator.commitStatistics(renewed.pass);
    ({ ups } = yield answers(ups.keys(), { discriminator: renewed.outputs }));

    // 5: back through it, without an update.
    const throughBack = discriminator.backward(renewed.pass, each(ups, 'discriminatorGradient'), {
      parameters: false,
    });
    renewed.pass.dispose();
    ({ ups } = yield answers(ups.keys(), { discriminatorGradient: throughBack.inputs }));

    // 6: back through the generator, then its update.
    const madeBack = generator.backward(made.pass, each(ups, 'generatorGradient'), { parameters: 'later' });
    held.add(madeBack);
    yield {
      ...answers(ups.keys(), { generatorGradient: madeBack.inputs }),
      afterwards: () => {
        generator.trained.step(madeBack.finish());
      },
    };
    return undefined;
  } finally {
    held.dispose();
  }
}

/** The tensor of that name of every device. */
function each(ups: ReadonlyMap<string, Received>, name: ExchangeTensorName): ReadonlyMap<string, Tensor> {
  return new Map([...ups].map(([id, up]) => [id, up(name)]));
}

/** A message for each of these devices, of its own tensors. */
function answers(
  ids: Iterable<string>,
  tensors: Readonly<Partial<Record<ExchangeTensorName, ReadonlyMap<string, Tensor>>>>,
): CohortDowns {
  const entries = Object.entries(tensors);
  const own = (id: string) =>
    Object.fromEntries(
      entries.flatMap(([name, byDevice]) => {
        const tensor = byDevice.get(id);
        return tensor ? [[name, tensor]] : [];
      }),
    );
  return { downs: new Map(Array.from(ids, (id) => [id, send(own(id))])), features: new Map() };
}

/** Collects each device's batch mean of that block's output, as [channels, positions]. */
function featureWatch(
  { trained }: SharedBody,
  into: Map<string, Tensor>,
  block = alwaysRemoteBlock(trained.network),
): Watch {
  return (index, rows, output) => {
    if (index !== block) return;
    const channels = output.shape.at(-1) ?? 0;
    for (const [i, part] of partRows(output, rows).entries()) {
      const id = rows[i]?.id;
      if (id !== undefined) into.set(id, keep(transpose(reshape(mean(part, 0), [-1, channels]))));
    }
  };
}
