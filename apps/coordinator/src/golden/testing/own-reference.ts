// For tests: a reference pair written by a replay itself, so that replaying it again must find no difference.
import { writeFile } from 'node:fs/promises';
import { bodyParameters, deviceParameters } from '@tessera/core/federate';
import { initialGan } from '@tessera/core/gan';
import { Random } from '@tessera/core/random';
import { tensorNamed, writeSafetensors, type NamedTensors, type PlainTensor } from '@tessera/core/tensors';
import { bodyName, deviceName } from '../author-names.ts';
import { replay, type Moment } from '../replay.ts';
import { parseSettings, type GoldenSettings } from '../settings.ts';

const DEVICES = ['0', '1', '2'] as const;
const STEPS = 3;

/** What PREFIX.json holds, with scores still to be filled in. */
const unscored = {
  seed: 1,
  cuts: [
    [0, 0, 0, 0],
    [1, 0, 1, 0],
    [0, 1, 1, 1],
  ],
  cutOrder: ['gHead', 'gTail', 'dHead', 'dTail'],
  sizes: [600, 400, 199],
  zDim: 4,
  classes: 3,
  batch: 3,
  channels: { wide: 16, middle: 8, small: 4 },
  adam: { lr: 2e-4, beta1: 0.5, beta2: 0.999, eps: 1e-8 },
  batchNorm: { eps: 1e-5, momentum: 0.1 },
  alpha: 1,
  steps: STEPS,
  losses: Array.from({ length: STEPS }, () => ({ dReal: 0, dFake: 0, g: 0 })),
  clusters: { '0': 0, '1': 0, '2': 1 },
  kld: { '0': 0, '1': 0, '2': 0 },
  globalKld: { '0': 0, '1': 0, '2': 0 },
};

/** A reference pair in memory: what the two files hold. */
export interface OwnReference {
  readonly json: typeof unscored;
  readonly tensors: Map<string, PlainTensor>;
}

/** Replays drawn weights and inputs on the active backend and writes down what comes out. */
export async function ownReference(): Promise<OwnReference> {
  const settings = parseSettings(unscored);
  const tensors = new Map([...initialWeights(settings), ...inputs(settings)]);
  const json = structuredClone(unscored);
  const moments: Moment[] = [];
  for await (const moment of replay({ ...settings, tensors })) {
    moments.push(moment);
    record(settings, moment, json);
  }
  for (const moment of moments)
    for (const [name, tensor] of weightsAt(settings, moment)) tensors.set(name, tensor);
  return { json, tensors };
}

/** Writes both files. */
export async function writeReference(prefix: string, { json, tensors }: OwnReference): Promise<void> {
  await writeFile(`${prefix}.json`, JSON.stringify(json));
  await writeFile(`${prefix}.safetensors`, writeSafetensors(tensors));
}

function record(
  settings: GoldenSettings,
  { steps, losses, federation }: Moment,
  json: OwnReference['json'],
): void {
  const mean = (of: 'discriminatorReal' | 'discriminatorFake' | 'generator') =>
    [...(losses?.values() ?? [])].reduce((sum, each) => sum + each[of], 0) / DEVICES.length;
  if (losses)
    json.losses[steps - 1] = {
      dReal: mean('discriminatorReal'),
      dFake: mean('discriminatorFake'),
      g: mean('generator'),
    };
  if (!federation) return;
  for (const [i, number] of DEVICES.entries()) {
    const id = settings.devices[i]?.id ?? '';
    // Numbers of clusters are arbitrary; the reference's are turned round here.
    json.clusters[number] = 1 - (federation.clusters.get(id) ?? NaN);
    json.kld[number] = federation.divergences.cluster.get(id) ?? NaN;
    json.globalKld[number] = federation.divergences.global.get(id) ?? NaN;
  }
}

function weightsAt({ spec, devices }: GoldenSettings, { name, devices: values, body }: Moment): NamedTensors {
  const all = new Map<string, PlainTensor>();
  for (const parameter of bodyParameters(spec))
    all.set(`${name}/server/${bodyName(parameter.name)}`, tensorNamed(body, parameter.name));
  for (const { id, cut } of devices) {
    for (const parameter of deviceParameters(spec, cut))
      all.set(
        `${name}/${id}/${deviceName(spec, cut, parameter.name)}`,
        tensorNamed(values.get(id) ?? new Map(), parameter.name),
      );
  }
  return all;
}

function initialWeights(settings: GoldenSettings): NamedTensors {
  const random = new Random(1);
  const drawn = (id: string) => initialGan(settings.spec, random.fork(id));
  const devices = new Map(settings.devices.map(({ id }) => [id, drawn(id)]));
  return weightsAt(settings, { name: 'initial', steps: 0, devices, body: drawn('body') });
}

function inputs({ spec, devices, batch }: GoldenSettings): NamedTensors {
  const random = new Random(2);
  const drawn = (shape: readonly number[], draw: () => number): PlainTensor => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, draw),
  });
  const of = (step: number, id: string): [string, PlainTensor][] => [
    [`input/step${step}/${id}/images`, drawn([batch, 1, 28, 28], () => random.uniform(-1, 1))],
    [`input/step${step}/${id}/labels`, drawn([batch], () => random.integer(spec.classes))],
    [`input/step${step}/${id}/z`, drawn([batch, spec.zDim], () => random.normal())],
  ];
  const steps = Array.from({ length: STEPS }, (_, step) => step);
  return new Map(steps.flatMap((step) => devices.flatMap(({ id }) => of(step, id))));
}
