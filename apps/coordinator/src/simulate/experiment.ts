// An experiment as its file says it: domains, devices, how images are dealt, strategy, fleet, evaluation.
import { GAUSSIAN_GRID, IMAGE_TRANSFORMS } from '@tessera/core/data';
import { runSettingsSchema } from '@tessera/core/protocol';
import { z } from 'zod';

const name = z.string().trim().min(1).max(40);
const positive = z.number().positive().max(1e12);
const count = (minimum: number, maximum: number) => z.int().min(minimum).max(maximum);

/**
 * One data set; `source` is a set below --data, a path beside the file, drawn:pen, drawn:marker or drawn:segments, or
 * gaussians for points of all modes and gaussians:1 for those of one.
 */
const domainSchema = z.strictObject({
  name,
  source: z.string().min(1).max(4_096),
  transform: z.enum(IMAGE_TRANSFORMS).optional(),
  /** Only these of its classes, counted from 0 and taken in this order. */
  only: z
    .array(count(0, 255))
    .min(1)
    .max(256)
    .refine((classes) => new Set(classes).size === classes.length, 'names a class twice')
    .optional(),
  /** A folder of pictures like `source`: only those whose folder and name are in both are taken. */
  pairedWith: z.string().min(1).max(4_096).optional(),
  /** Devices that hold images of it; absent: an equal share of all. */
  devices: count(1, 1_000).optional(),
  /** At most so many training and test images are read. */
  limit: count(16, 10_000_000).optional(),
  testLimit: count(16, 10_000_000).optional(),
});

/** The square grid of Gaussians that points come from. */
const gaussiansSchema = z.strictObject({
  /** Modes in each row and column. */
  side: count(1, 8).default(GAUSSIAN_GRID.side),
  /** Between neighbouring means. */
  spacing: z.number().positive().max(2).default(GAUSSIAN_GRID.spacing),
  /** The standard deviation of each coordinate. */
  deviation: z.number().positive().max(1).default(GAUSSIAN_GRID.deviation),
});

/** What lies between an edge and the cloud. */
const cloudSchema = z.strictObject({
  megabitsPerSecond: positive.default(1_000),
  roundTripMilliseconds: z.number().min(0).max(60_000).default(20),
});

/** The way to the cloud where a file says nothing of it. */
export const DEFAULT_CLOUD_LINK = cloudSchema.parse({});

/** Communities below one cloud: an edge each, whose devices hold images of one domain. */
const tiersSchema = z.strictObject({
  communities: z
    .array(z.strictObject({ name, domain: name, devices: count(1, 1_000).default(5) }))
    .min(1)
    .max(64),
  cloud: cloudSchema.default(DEFAULT_CLOUD_LINK),
});

const partitionSchema = z.discriminatedUnion('rule', [
  z.strictObject({ rule: z.literal('authors'), scenario: z.literal([1, 2, 3, 4, 5, 6]) }),
  z.strictObject({ rule: z.literal('iid') }),
  z.strictObject({ rule: z.literal('dirichlet'), alpha: z.number().positive().max(1_000) }),
  z.strictObject({ rule: z.literal('by-class'), classesPerDevice: count(1, 255) }),
]);

/** Settings of the run that an experiment may choose; the rest follows from the experiment itself. */
const runSchema = runSettingsSchema
  .omit({
    id: true,
    title: true,
    sentence: true,
    hostedBy: true,
    classes: true,
    // Domains say what their data are; tiers have a part of their own.
    data: true,
    communities: true,
    community: true,
    strategy: true,
    minimumDevices: true,
    maximumDevices: true,
    volunteersMayDownload: true,
    seed: true,
    // Experiments have test images of their own.
    heldOutShare: true,
    judgeEveryRounds: true,
    judgeImages: true,
    judgeEpochs: true,
  })
  .extend({
    // The paper's, where they are not those of a live demonstration.
    width: runSettingsSchema.shape.width.unwrap().default(1),
    batch: runSettingsSchema.shape.batch.unwrap().default(64),
    encoding: runSettingsSchema.shape.encoding.unwrap().default('float32'),
  });

/** A kind of device: what it computes and what its link carries. */
const profileSchema = z.strictObject({
  name,
  gigaflopsPerSecond: positive,
  megabitsPerSecond: positive,
  roundTripMilliseconds: z.number().min(0).max(60_000).default(0),
  /** Share of the devices that are of this kind, relative to the others. */
  share: z.number().positive().max(1e6).default(1),
});

const fleetSchema = z.strictObject({
  /** The paper's seven profiles, or one's own. */
  profiles: z.union([z.literal('paper'), z.array(profileSchema).min(1).max(64)]).default('paper'),
  /** What the paper's printed rates mean. */
  rates: z.enum(['bytes', 'bits']).default('bytes'),
  coordinatorGigaflopsPerSecond: positive.default(672),
  /** The link that all devices share; absent: each has its own alone. */
  linkMegabitsPerSecond: positive.optional(),
});

const evaluationSchema = z.strictObject({
  /** The image score is taken after every so many rounds; 0: only at the end. */
  everyRounds: count(0, 100_000).default(1),
  /** Generated images of each domain behind an image score. */
  images: count(64, 100_000).default(4_992),
  scorerEpochs: count(1, 100).default(5),
  /** Train on synthetic, test on real, at the end. */
  classifier: z.boolean().default(true),
  classifierImages: count(64, 1_000_000).default(29_952),
  classifierEpochs: count(1, 100).default(15),
});

/** Something that happens in the middle: from this round on a device is so many times slower. */
const eventSchema = z.strictObject({
  round: count(0, 100_000),
  /** Counted from 1, in the order of the domains. */
  device: count(1, 1_000),
  slower: z.number().positive().max(10_000),
});

/** The whole file. */
export const experimentSchema = z.strictObject({
  title: z.string().trim().min(1).max(80),
  description: z.string().trim().max(2_000).default(''),
  /** The paper's scenario whose published results stand beside ours. */
  scenario: count(1, 6).optional(),
  /** The paper's table whose published results stand beside ours (Xiong, Li and Cai, AAAI 2023). */
  publishedTable: z
    .strictObject({ table: z.literal([1, 2]), partition: z.enum(['iid', 'non-iid']) })
    .optional(),
  domains: z.array(domainSchema).min(1).max(16),
  gaussians: gaussiansSchema.default(gaussiansSchema.parse({})),
  /** Absent: every domain is a community of its own. */
  tiers: tiersSchema.optional(),
  devices: count(1, 1_000),
  /** The most images of one device; absent: what the partition gives. */
  imagesPerDevice: count(16, 10_000_000).optional(),
  partition: partitionSchema.default({ rule: 'iid' }),
  strategy: runSettingsSchema.shape.strategy,
  run: runSchema.default(runSchema.parse({})),
  fleet: fleetSchema.default(fleetSchema.parse({})),
  evaluation: evaluationSchema.default(evaluationSchema.parse({})),
  events: z.array(eventSchema).max(1_000).default([]),
  /** 1 deals the images as the paper's authors did. */
  seed: count(1, 0xffff_ffff).default(1),
});

/** An experiment with every default filled in. */
export type Experiment = z.infer<typeof experimentSchema>;
