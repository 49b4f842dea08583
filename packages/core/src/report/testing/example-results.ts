// The results of an experiment that never ran: scenario 5 with ten devices, plausible in every figure.
import { Random } from '../../random.ts';
import type { Results } from '../results.ts';

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
const GARMENTS = 'T-shirt,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Boot'.split(',');
const PROFILES = ['phone, old', 'phone', 'tablet', 'laptop', 'desktop'];
const PAPER = 'arXiv 2507.12979';

/** What an example may differ in. */
export interface ExampleOptions {
  readonly title?: string;
  readonly strategy?: string;
  readonly seed?: number;
  readonly rounds?: number;
  readonly devices?: number;
  /** How good the generators become, from 0 to 1. */
  readonly quality?: number;
  readonly settings?: Results['settings'];
}

/** Complete results that pass the schema; the same options give the same figures. */
export function exampleResults(options: ExampleOptions = {}): Results {
  const {
    title = 'Digits and garments',
    strategy = 'huscf-gan',
    seed = 42,
    rounds = 20,
    quality = 1,
  } = options;
  const random = new Random(`${title}/${strategy}/${seed}`);
  const devices = exampleDevices(random, options.devices ?? 10);
  const up = devices.reduce((sum, device) => sum + device.bytesUp, 0);
  const down = devices.reduce((sum, device) => sum + device.bytesDown, 0);
  const steps = rounds * 47;
  return {
    version: 1,
    title,
    settings: options.settings ?? exampleSettings(seed, rounds),
    strategy: { name: strategy, title: STRATEGY_TITLES[strategy] ?? strategy, paper: PAPER },
    seed,
    engine: 'tfjs-node, 2 threads',
    startedAt: '2026-03-02T09:30:00Z',
    finished: true,
    domains: [
      exampleDomain(random, {
        name: 'MNIST',
        accuracy: 60 + 36 * quality,
        score: 5 + 4.9 * quality,
        half: devices,
      }),
      exampleDomain(random, {
        name: 'FMNIST',
        accuracy: 50 + 31 * quality,
        score: 4 + 5 * quality,
        half: devices,
      }),
    ],
    rounds: exampleRounds(random, rounds, quality),
    clusters: Array.from({ length: rounds }, (_, i) => ({
      round: i + 1,
      assignment: Object.fromEntries(
        devices.map(({ id, domain }, d) => [
          id,
          i < 2 ? 0 : i === 4 && d === 1 ? 1 : domain === 'MNIST' ? 0 : 1,
        ]),
      ),
    })),
    devices,
    latency: {
      predictedStepSeconds: 7.61,
      measuredStepSeconds: 7.94,
      stages: [
        { name: 'device compute', seconds: 4.62 },
        { name: 'up', seconds: 1.83 },
        { name: 'body', seconds: 0.41 },
        { name: 'down', seconds: 0.77 },
        { name: 'waiting', seconds: 0.31 },
      ],
      model: { name: 'reference', seconds: 7.68 },
    },
    traffic: {
      bytesUp: up,
      bytesDown: down,
      bytesPerStep: (up + down) / steps,
      perDevicePerStep: (up + down) / steps / devices.length,
    },
    published: [
      {
        scenario: 5,
        domain: 'MNIST',
        accuracy: 96.15,
        precision: 96.11,
        recall: 96.1,
        f1: 96.1,
        fpr: 0.45,
        score: 9.93,
      },
      {
        scenario: 5,
        domain: 'FMNIST',
        accuracy: 81.46,
        precision: 81.32,
        recall: 81.46,
        f1: 80.61,
        fpr: 1.95,
        score: 9.05,
      },
    ],
    notes: [
      '10 devices instead of the 100 of the paper.',
      'The published image scores were read off a plot, within 0.05.',
    ],
    samples: exampleSamples(rounds),
  };
}

const STRATEGY_TITLES: Readonly<Record<string, string>> = {
  'huscf-gan': 'HuSCF-GAN',
  fedgan: 'FedGAN',
  'md-gan': 'MD-GAN',
};

function exampleSettings(seed: number, rounds: number): Results['settings'] {
  return {
    title: 'Digits and garments',
    scenario: 5,
    seed,
    rounds,
    network: { imageSize: 28, imageChannels: 1, width: 0.5, blocks: 5, zDim: 100 },
    training: { batch: 64, learningRate: 2e-4, beta1: 0.5, beta2: 0.999, localEpochs: 5 },
    federation: { warmUpRounds: 2, alpha: 1, clusters: 'auto', kld: true },
    domains: [
      { name: 'MNIST', devices: 5, partition: 'paper' },
      { name: 'FMNIST', devices: 5, partition: 'paper' },
    ],
    wire: { encoding: 'float16' },
  };
}

function exampleDevices(random: Random, count: number): Results['devices'] {
  return Array.from({ length: count }, (_, i) => ({
    id: `device-${String(i + 1).padStart(3, '0')}`,
    domain: i < count / 2 ? 'MNIST' : 'FMNIST',
    profile: PROFILES[i % PROFILES.length] ?? 'phone',
    samples: [600, 199, 100][i % 3] ?? 600,
    excluded: random.shuffle([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).slice(0, 2 + (i % 2)),
    cut: { gHead: 1 + (i % 2), gTail: 1, dHead: 1, dTail: 1 + (i % 2) },
    weight: 1 / Math.ceil(count / 2),
    bytesUp: 400_000_000 + random.integer(90_000_000),
    bytesDown: 380_000_000 + random.integer(90_000_000),
    stepsMissed: i === 3 ? 7 : 0,
  }));
}

interface DomainOutline {
  readonly name: string;
  readonly accuracy: number;
  readonly score: number;
  readonly half: Results['devices'];
}

function exampleDomain(
  random: Random,
  { name, accuracy, score, half }: DomainOutline,
): Results['domains'][number] {
  const near = (value: number) => Number((value + random.uniform(-0.4, 0.4)).toFixed(2));
  const shares = Array.from({ length: 10 }, () => random.uniform(0.06, 0.14));
  const sum = shares.reduce((total, share) => total + share, 0);
  const own = half.filter(({ domain }) => domain === name);
  return {
    name,
    devices: own.length,
    trainImages: own.reduce((total, { samples }) => total + samples, 0),
    testImages: 10_000,
    notes: name === 'FMNIST' ? ['The test set was used whole.'] : [],
    accuracy: near(accuracy),
    precision: near(accuracy),
    recall: near(accuracy),
    f1: near(accuracy - 0.3),
    fpr: Number(((100 - accuracy) / 9).toFixed(2)),
    score: Number((score + random.uniform(-0.05, 0.05)).toFixed(3)),
    frechet: Number(((10 - score) * 22 + 8 + random.uniform(0, 3)).toFixed(2)),
    coverage: shares.map((share) => share / sum),
    realAccuracy: name === 'MNIST' ? 98.9 : 90.4,
    realScore: name === 'MNIST' ? 9.7 : 7.6,
  };
}

function exampleRounds(random: Random, count: number, quality: number): Results['rounds'] {
  return Array.from({ length: count }, (_, i) => {
    const grown = 1 - Math.exp(-Math.max(0, i - 1) / 4);
    const scored = (name: string, top: number) => {
      const score = Math.max(1, 1 + (top - 1) * grown * quality + random.normal() * 0.08);
      return { name, score, frechet: (10.2 - score) * 25 + 8 };
    };
    return {
      round: i + 1,
      steps: 47,
      seconds: (i + 1) * 47 * 7.94,
      wallSeconds: (i + 1) * 31.5,
      losses: {
        discriminatorReal: 0.36 + 0.3 * Math.exp(-i / 3) + 0.02 * random.normal(),
        discriminatorFake: 0.35 + 0.28 * Math.exp(-i / 3) + 0.02 * random.normal(),
        generator: 1.9 - Math.exp(-i / 2) + 0.05 * random.normal(),
      },
      silhouette: i < 2 ? null : Math.min(0.95, 0.5 + 0.02 * i + 0.02 * random.normal()),
      groups: i < 2 ? 1 : 2,
      // Every second round is scored, as an experiment in a hurry would.
      domains: i % 2 === 1 || i === 0 ? [scored('MNIST', 9.9), scored('FMNIST', 9)] : [],
      bytes: 410_000_000,
    };
  });
}

function exampleSamples(rounds: number): Results['samples'] {
  const shown = [1, Math.ceil(rounds / 2), rounds];
  return shown.flatMap((round) =>
    [DIGITS, GARMENTS].map((classes, group) => ({
      round,
      group,
      domain: group === 0 ? 'MNIST' : 'FMNIST',
      file: `samples/round-${String(round).padStart(4, '0')}-group-${'ab'[group] ?? ''}.png`,
      classes,
      columns: 10,
    })),
  );
}
