// results.json: what a finished or interrupted experiment measured. docs/results.md explains every field.
import { z } from 'zod';

/** The version that this Tessera writes and reads. */
export const RESULTS_VERSION = 1;
/** Name of the file in a run's folder. */
export const RESULTS_FILE = 'results.json';

const MAX_DOMAINS = 64;
const MAX_CLASSES = 1_000;
const MAX_DEVICES = 10_000;
const MAX_ROUNDS = 100_000;
const MAX_NOTES = 1_000;
const MAX_SAMPLES = 10_000;

const name = z.string().min(1).max(200);
const sentence = z.string().min(1).max(2_000);
const count = z.int().min(0);
const amount = z.number().min(0);
const percent = z.number().min(0).max(100);
const share = z.number().min(0).max(1);
const group = z.int().min(0).max(9_999);
const round = z.int().min(1).max(MAX_ROUNDS);

/** Percent on a real test set after training on generated images alone, macro averages; and the image score. */
const classification = {
  accuracy: percent.nullable(),
  precision: percent.nullable(),
  recall: percent.nullable(),
  f1: percent.nullable(),
  fpr: percent.nullable(),
  score: amount.nullable(),
};

/** Of generated points: modes hit, and the share within three standard deviations of one. */
const ofPoints = { modes: count.optional(), nearby: share.optional() };

const domainSchema = z.strictObject({
  name,
  devices: count,
  trainImages: count,
  testImages: count,
  notes: z.array(sentence).max(MAX_NOTES),
  ...classification,
  frechet: amount.nullable(),
  coverage: z.array(share).max(MAX_CLASSES).nullable(),
  realAccuracy: percent.nullable(),
  realScore: amount.nullable().default(null),
  ...ofPoints,
  /** The share of noise vectors that give the same class in two domains. */
  agreement: share.optional(),
  /** The share of images that a judge of domains takes for the domain which was asked for. */
  rightDomain: share.optional(),
});

const roundSchema = z.strictObject({
  round,
  steps: count,
  seconds: amount,
  wallSeconds: amount,
  losses: z.strictObject({
    discriminatorReal: z.number().nullable(),
    discriminatorFake: z.number().nullable(),
    generator: z.number().nullable(),
  }),
  silhouette: z.number().min(-1).max(1).nullable(),
  groups: count,
  domains: z
    .array(z.strictObject({ name, score: amount.nullable(), frechet: amount.nullable(), ...ofPoints }))
    .max(MAX_DOMAINS),
  bytes: count,
});

const cutPosition = z.int().min(0).max(99);
const deviceSchema = z.strictObject({
  id: name,
  domain: name,
  profile: name,
  samples: count,
  excluded: z.array(z.int().min(0).max(MAX_CLASSES)).max(MAX_CLASSES),
  cut: z
    .strictObject({ gHead: cutPosition, gTail: cutPosition, dHead: cutPosition, dTail: cutPosition })
    .nullable(),
  weight: share.nullable(),
  bytesUp: count,
  bytesDown: count,
  stepsMissed: count,
});

const latencySchema = z.strictObject({
  predictedStepSeconds: amount.nullable(),
  measuredStepSeconds: amount.nullable(),
  stages: z.array(z.strictObject({ name, seconds: amount })).max(100),
  model: z.strictObject({ name, seconds: amount }).nullable(),
});

const sampleSchema = z.strictObject({
  // 0 is before training.
  round: z.int().min(0).max(MAX_ROUNDS),
  group: group.nullable(),
  domain: name.nullable(),
  file: z
    .string()
    .max(500)
    .regex(
      /^(?!.*(?:^|\/)\.{1,2}\/)[^/\\:][^\\:]*\.png$/,
      'must be the path of a .png file inside the folder of the run',
    ),
  classes: z.array(name).max(MAX_CLASSES),
  columns: z.int().min(1).max(1_000),
});

/** The whole file. */
export const resultsSchema = z
  .strictObject({
    version: z.literal(RESULTS_VERSION),
    title: name,
    settings: z.record(z.string(), z.json()),
    strategy: z.strictObject({ name, title: name, paper: sentence.nullable() }),
    seed: z.union([z.int(), name]),
    engine: name,
    startedAt: z.iso.datetime({ offset: true }).optional(),
    finished: z.boolean(),
    domains: z.array(domainSchema).min(1).max(MAX_DOMAINS),
    rounds: z.array(roundSchema).max(MAX_ROUNDS),
    clusters: z.array(z.strictObject({ round, assignment: z.record(name, group) })).max(MAX_ROUNDS),
    devices: z.array(deviceSchema).max(MAX_DEVICES),
    latency: latencySchema,
    traffic: z.strictObject({
      bytesUp: count,
      bytesDown: count,
      bytesPerStep: amount.nullable(),
      perDevicePerStep: amount.nullable(),
      /** Between the edges and the cloud of three tiers, since the last start. */
      cloudUp: count.optional(),
      cloudDown: count.optional(),
    }),
    published: z
      .array(
        z.strictObject({
          scenario: z.int().min(1).max(99).optional(),
          /** Where it stands, where that is no scenario. */
          place: name.optional(),
          domain: name,
          ...classification,
          frechet: amount.nullable().optional(),
        }),
      )
      .max(100),
    notes: z.array(sentence).max(MAX_NOTES),
    samples: z.array(sampleSchema).max(MAX_SAMPLES),
  })
  .superRefine((results, context) => {
    for (const { path, message } of inconsistencies(results))
      context.addIssue({ code: 'custom', path, message });
  });

/** What an experiment measured; null stands for what was not measured. */
export type Results = z.infer<typeof resultsSchema>;
/** One data set of the experiment and how well its generator does. */
export type DomainResults = Results['domains'][number];
/** One round; times and losses as they were at its end. */
export type RoundResults = Results['rounds'][number];
/** One device and what it did. */
export type DeviceResults = Results['devices'][number];
/** One picture of generated images. */
export type SampleResults = Results['samples'][number];

interface Inconsistency {
  readonly path: (string | number)[];
  readonly message: string;
}

/** What each field alone allows, but the whole does not. */
function inconsistencies(results: Omit<Results, 'version'>): Inconsistency[] {
  const domains = new Set(results.domains.map((domain) => domain.name));
  const devices = new Set(results.devices.map(({ id }) => id));
  const unknown = (path: (string | number)[], domain: string | null): Inconsistency[] =>
    domain === null || domains.has(domain)
      ? []
      : [{ path, message: `names the domain "${domain}", which domains lacks` }];
  return [
    ...repeated(
      results.domains.map((domain) => domain.name),
      'domains',
      'name',
    ),
    ...repeated(
      results.devices.map(({ id }) => id),
      'devices',
      'id',
    ),
    ...falling(results.rounds, 'rounds'),
    ...falling(results.clusters, 'clusters'),
    ...results.devices.flatMap(({ domain }, i) => unknown(['devices', i, 'domain'], domain)),
    ...results.samples.flatMap(({ domain }, i) => unknown(['samples', i, 'domain'], domain)),
    ...results.rounds.flatMap((entry, i) =>
      entry.domains.flatMap((domain, j) => unknown(['rounds', i, 'domains', j, 'name'], domain.name)),
    ),
    ...results.clusters.flatMap(({ assignment }, i) =>
      Object.keys(assignment)
        .filter((id) => !devices.has(id))
        .map((id) => ({ path: ['clusters', i, 'assignment', id], message: 'is no id of devices' })),
    ),
  ];
}

function repeated(names: readonly string[], list: string, field: string): Inconsistency[] {
  return names.flatMap((entry, i) =>
    names.indexOf(entry) < i ? [{ path: [list, i, field], message: `"${entry}" stands there twice` }] : [],
  );
}

function falling(entries: readonly { readonly round: number }[], list: string): Inconsistency[] {
  return entries.flatMap((entry, i) =>
    i > 0 && entry.round <= (entries[i - 1]?.round ?? 0)
      ? [{ path: [list, i, 'round'], message: 'must be greater than the round before' }]
      : [],
  );
}
