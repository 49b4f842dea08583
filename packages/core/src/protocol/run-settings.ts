// The settings of a run: what the host chooses, what every device is told, and their bounds.
import { z } from 'zod';
import {
  cganSpec,
  type GanSpec,
  pointsSpec,
  shownLabels,
  WIDTHS,
  type Width,
  withoutLabels,
} from '../architecture/index.ts';
import { STRATEGY_NAMES, strategyOf } from '../strategy/index.ts';
import { ENCODINGS } from '../tensors/index.ts';

const widthSchema = z
  .number()
  .refine((width): width is Width => (WIDTHS as readonly number[]).includes(width), {
    message: 'must be 1, 0.5, 0.25, 0.125 or 0.0625',
  });

/** Everything that defines a run; each field has a default that suits a live demonstration. */
export const runSettingsSchema = z.strictObject({
  /** Names the run in URLs, folders and messages. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 lower-case letters, digits and hyphens'),
  title: z.string().trim().min(1).max(80),
  /** One sentence for volunteers: what this run makes, and for whom. */
  sentence: z.string().trim().max(280).default(''),
  hostedBy: z.string().trim().max(80).default(''),
  /** Class names in the order of their indices. */
  classes: z.array(z.string().trim().min(1).max(40)).min(1).max(64),
  /** The training algorithm. */
  strategy: z.enum(STRATEGY_NAMES).default('huscf-gan'),
  /** What devices hold: images, or points of the plane with both coordinates in [-1, 1]. */
  data: z.enum(['images', 'points']).default('images'),
  /** What the networks are told of an image: its class, its domain (see communities), or nothing. */
  condition: z.enum(['classes', 'domains', 'none']).default('classes'),
  imageSize: z.union([z.literal(28), z.literal(32)]).default(28),
  imageChannels: z.union([z.literal(1), z.literal(3)]).default(1),
  width: widthSchema.default(0.25),
  /** Blocks of each network. */
  blocks: z.int().min(5).max(9).default(5),
  zDim: z.int().min(1).max(512).default(100),
  /** Images that each device draws per step. */
  batch: z.int().min(2).max(256).default(16),
  /** How activations and their gradients travel; layers always travel in 32 bits. */
  encoding: z.enum(ENCODINGS).default('float16'),
  /**
   * Blocks that a device may hold at each end of a network. What the coordinator holds learns from all devices' images
   * at once: 1 needs the fewest steps, more may make each step faster.
   */
  deepestCut: z.int().min(1).max(8).default(8),
  /** How the cuts of a split are chosen; all but the search are for comparisons. */
  cuts: z.enum(['genetic', 'exact', 'random', 'shallowest', 'deepest']).default('genetic'),
  /**
   * Cuts that were searched move between two rounds when the devices' measured steps promise a step that is shorter by
   * more than this share; 0 leaves devices and cuts as they were first judged.
   */
  recutGain: z.number().min(0).max(1).default(0.1),
  learningRate: z.number().positive().max(0.1).default(2e-4),
  beta1: z.number().min(0).max(0.999).default(0.5),
  beta2: z.number().min(0).max(0.99999).default(0.999),
  stepsPerRound: z.int().min(1).max(10_000).default(50),
  rounds: z.int().min(1).max(100_000).default(50),
  minimumDevices: z.int().min(1).max(1_000).default(2),
  maximumDevices: z.int().min(1).max(1_000).default(64),
  /** Rounds of plain averaging over all devices before clusters and weights are used. */
  warmUpRounds: z.int().min(0).max(1_000).default(2),
  /** Strength of the divergence in the weights, w = n exp(-alpha KLD). */
  alpha: z.number().min(0).max(100).default(1),
  /** Number of clusters; 'auto' finds it by silhouette. */
  clusters: z.union([z.literal('auto'), z.int().min(1).max(8)]).default('auto'),
  /**
   * One body that learns from all devices, as in the paper, or one for each cluster, whose devices then share nothing with
   * the others once the warm-up is over.
   */
  bodies: z.enum(['shared', 'per-cluster']).default('shared'),
  /**
   * The discriminator's block whose output for real images the clusters are found by; absent: the middle one, which no
   * device ever holds. Another one needs deepestCut 1.
   */
  featureBlock: z.int().min(2).max(8).optional(),
  maximumClusters: z.int().min(2).max(8).default(8),
  /** Mean silhouette below which there is one cluster. */
  silhouetteThreshold: z.number().min(-1).max(1).default(0.25),
  /** Cap on the sample count that a device may claim as its weight. */
  sampleCap: z.int().min(16).max(10_000_000).default(600),
  /** The share of its images that each device holds back from training to judge the generators with; 0: none. */
  heldOutShare: z.number().min(0).max(0.5).default(0),
  /** A classifier that learned from generated images is judged by the devices after every so many rounds; 0: never. */
  judgeEveryRounds: z.int().min(0).max(100_000).default(0),
  /** Generated images that the classifier of a group learns from. */
  judgeImages: z.int().min(64).max(60_000).default(2_000),
  /** How often it sees each of them. */
  judgeEpochs: z.int().min(1).max(50).default(3),
  /** Names of the communities of a run in three tiers; none: this coordinator has no cloud above it. */
  communities: z.array(z.string().trim().min(1).max(40)).max(64).default([]),
  /** Which of them this edge serves. */
  community: z.int().min(0).max(63).default(0),
  /** How the paper of the three tiers is read: scores that favour what looks real, or the printed ones (docs/architecture.md). */
  reading: z.enum(['intended', 'literal']).default('intended'),
  /** What an asynchronous edge discounts a late answer by: versions behind per device, or update periods since the last one. */
  staleness: z.enum(['version', 'time']).default('version'),
  /** Seconds that a synchronous cloud waits for the last communities once the first is there. */
  mergeSeconds: z.number().min(1).max(86_400).default(300),
  /** What the invariant loss counts against the specific one (Eqs. 8 and 9); only label related strategies have them. */
  lambda1: z.number().positive().max(1).default(0.1),
  lambda2: z.number().positive().max(1).default(1),
  /** Who takes the gradient of these losses: the cloud before it hands out a model, or the edges at each update. */
  domainTerms: z.enum(['cloud', 'edges']).default('cloud'),
  /**
   * What generated batches are normalised over where they hold no more than half of the labels: beside their own rows as
   * many under other labels, or their own alone, as published; a label that fills a batch is one that the generator cannot see.
   */
  batchStatistics: z.enum(['all-labels', 'own-labels']).default('all-labels'),
  /** Updates of the cloud's domain classifier, and of the generator under these losses, at each merge. */
  domainSteps: z.int().min(1).max(1_000).default(10),
  volunteersMayDownload: z.boolean().default(true),
  seed: z.int().min(0).max(0xffff_ffff).default(1),
});

export type RunSettings = z.infer<typeof runSettingsSchema>;

/** Those that decide what the networks are. */
export type NetworkSettings = Pick<
  RunSettings,
  | 'data'
  | 'condition'
  | 'classes'
  | 'communities'
  | 'width'
  | 'imageSize'
  | 'imageChannels'
  | 'zDim'
  | 'blocks'
>;

/** The networks that a run trains. */
export function runSpec(settings: NetworkSettings): GanSpec {
  const { data, condition, width, imageSize, imageChannels, zDim, blocks } = settings;
  const classes = Math.max(1, namesOfLabels(settings).length);
  const spec =
    data === 'points'
      ? pointsSpec({ width, zDim, blocks, classes })
      : cganSpec({ width, imageSize, imageChannels, zDim, blocks, classes });
  return condition === 'none' ? withoutLabels(spec) : spec;
}

/** What the networks' labels mean, in the order of their numbers: classes, domains, or nothing. */
export function namesOfLabels({
  condition,
  classes,
  communities,
}: Pick<RunSettings, 'condition' | 'classes' | 'communities'>): readonly string[] {
  if (condition === 'none') return [];
  return condition === 'domains' ? communities : classes;
}

/** A name for each picture of a preview or a sample, empty where the generator is asked for nothing; points are one picture. */
export function namesOfShown(settings: NetworkSettings): readonly string[] {
  if (settings.data === 'points') return [''];
  const names = namesOfLabels(settings);
  return Array.from(shownLabels(runSpec(settings)), (label) => names[label] ?? '');
}

/** The domain of everything that an edge's devices see and judge; undefined where labels are not domains of communities. */
export function domainOf({
  condition,
  strategy,
  community,
}: Pick<RunSettings, 'condition' | 'strategy' | 'community'>): number | undefined {
  return condition === 'domains' && strategyOf(strategy).tiers ? community : undefined;
}

/**
 * Whether each noise vector of a batch is drawn under another label too, for the batch's statistics: where whoever draws
 * holds no more than half of the labels, and its steps have room for it.
 */
export function drawsBeside(
  settings: Pick<RunSettings, 'batchStatistics' | 'strategy' | 'condition' | 'classes' | 'communities'>,
  labelsHeld: number,
): boolean {
  const { schedule, regularised } = strategyOf(settings.strategy);
  const isPossible = schedule !== 'twin' && !regularised;
  return (
    isPossible &&
    settings.batchStatistics === 'all-labels' &&
    2 * labelsHeld <= namesOfLabels(settings).length
  );
}

/** The same for a coordinator that draws for judges: all labels, or an edge's domain alone. */
export function coordinatorDrawsBeside(
  settings: Parameters<typeof drawsBeside>[0] & Parameters<typeof domainOf>[0],
): boolean {
  return domainOf(settings) !== undefined && drawsBeside(settings, 1);
}
