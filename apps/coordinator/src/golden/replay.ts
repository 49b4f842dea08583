// Replays a reference run with the real halves of a step and the real federation.
import { EXCHANGES } from '@tessera/core/architecture';
import {
  Body,
  SplitHalf,
  type ExchangeTensors,
  type StepLosses,
  type TrainingBatch,
} from '@tessera/core/gan';
import { Random } from '@tessera/core/random';
import { strategyOf, type FederationResult } from '@tessera/core/strategy';
import { tensorNamed, type NamedTensors, type PlainTensor } from '@tessera/core/tensors';
import { bodyValues, deviceValues } from './author-names.ts';
import type { Golden } from './golden-file.ts';
import { FEDERATION_MOMENTS, federationAfter, type Federation } from './moments.ts';

/** What stands after a step or a federation, to be compared with the reference. */
export interface Moment {
  /** 'after-step0', …, 'after-fedavg', 'after-clustered'. */
  readonly name: string;
  /** Steps made until now. */
  readonly steps: number;
  readonly devices: ReadonlyMap<string, NamedTensors>;
  readonly body: NamedTensors;
  /** The step's losses by device. */
  readonly losses?: ReadonlyMap<string, StepLosses>;
  /** The clustered federation's outcome. */
  readonly federation?: FederationResult;
}

/** The paper's number of rounds that are averaged plainly. */
const WARM_UP_ROUNDS = 2;

/** Runs every step and both federations on the active backend, from the reference's first weights and inputs. */
export async function* replay(golden: Golden): AsyncGenerator<Moment> {
  const { spec, optimiser, devices, tensors } = golden;
  const body = new Body({ spec, optimiser });
  body.load(bodyValues(tensors, { spec, moment: 'initial' }));
  const halves = new Map(
    devices.map(({ id, cut }) => {
      const half = new SplitHalf({ spec, cut, optimiser });
      half.load(deviceValues(tensors, { spec, cut, moment: 'initial', id }));
      return [id, half];
    }),
  );
  const moment = async (name: string, steps: number): Promise<Moment> => ({
    name,
    steps,
    devices: new Map(
      await Promise.all([...halves].map(async ([id, half]) => [id, await half.values()] as const)),
    ),
    body: await body.values(),
  });
  try {
    for (const step of golden.losses.keys()) {
      const { losses, features } = await runStep(golden, { step, body, halves });
      const after = await moment(`after-step${step}`, step + 1);
      yield { ...after, losses };
      const kind = federationAfter(step, golden.losses.length);
      if (!kind) continue;
      const federation = endRound(golden, { ...after, features, kind });
      for (const { id } of devices) {
        const layers = federation.clusterLayers.get(federation.clusters.get(id) ?? NaN);
        halves.get(id)?.load(layers ?? federation.globalLayers);
      }
      body.load(federation.body);
      yield {
        ...(await moment(FEDERATION_MOMENTS[kind], step + 1)),
        ...(kind === 'clustered' && { federation }),
      };
    }
  } finally {
    body.dispose();
    for (const half of halves.values()) half.dispose();
  }
}

async function runStep(
  golden: Golden,
  { step, body, halves }: { step: number; body: Body; halves: ReadonlyMap<string, SplitHalf> },
) {
  let ups = new Map<string, ExchangeTensors>();
  for (const [id, half] of halves) ups.set(id, await half.begin(batchOf(golden, `input/step${step}/${id}`)));
  body.begin(golden.devices.map(({ id, cut }) => ({ id, cut, batch: golden.batch })));
  const losses = new Map<string, StepLosses>();
  let features: ReadonlyMap<string, PlainTensor> = new Map();
  for (const exchange of EXCHANGES) {
    const answer = await body.exchange(exchange, ups, { features: exchange === 1 });
    features = answer.features ?? features;
    ups = new Map();
    for (const [id, half] of halves) {
      const down = answer.downs.get(id) ?? new Map<string, PlainTensor>();
      if (exchange === 6) losses.set(id, await half.finish(down));
      else ups.set(id, await half.answer(exchange, down));
    }
  }
  body.end();
  return { losses, features };
}

function endRound(
  golden: Golden,
  after: Moment & { readonly features: ReadonlyMap<string, PlainTensor>; readonly kind: Federation },
): FederationResult {
  return strategyOf('huscf-gan').federate({
    spec: golden.spec,
    round: after.kind === 'clustered' ? WARM_UP_ROUNDS : 0,
    warmUpRounds: WARM_UP_ROUNDS,
    alpha: golden.alpha,
    devices: golden.devices.map(({ id, cut, samples }) => {
      const features = after.features.get(id);
      return { id, cut, samples, values: after.devices.get(id) ?? new Map(), ...(features && { features }) };
    }),
    body: after.body,
    clustering: clustersFixed(golden),
    previousClusters: new Map(),
    random: new Random('golden'),
  });
}

/** The authors know the number of clusters beforehand. */
function clustersFixed({ devices }: Golden) {
  const k = new Set(devices.map(({ cluster }) => cluster)).size;
  return { k, kMax: k };
}

/** A device's inputs, its images turned from channel-first to channel-last. */
function batchOf({ tensors, spec }: Golden, prefix: string): TrainingBatch {
  const { data, shape } = tensorNamed(tensors, `${prefix}/images`);
  const [height, width, channels] = spec.imageShape;
  const pixels = height * width;
  const images = new Float32Array(data.length);
  for (let sample = 0; sample < (shape[0] ?? 0); sample++) {
    for (let channel = 0; channel < channels; channel++) {
      const from = (sample * channels + channel) * pixels;
      for (let pixel = 0; pixel < pixels; pixel++)
        images[(sample * pixels + pixel) * channels + channel] = data[from + pixel] ?? NaN;
    }
  }
  return {
    images,
    labels: Int32Array.from(tensorNamed(tensors, `${prefix}/labels`).data),
    z: tensorNamed(tensors, `${prefix}/z`).data,
  };
}
