// The coordinator's half of the networks behind its port, in the thread that calls it.
import type { GanSpec, NetworkSpec, Schedule } from '../architecture/index.ts';
import type { Clock } from '../clock.ts';
import type { CoordinatorProfile } from '../cut/index.ts';
import {
  type CentralPart,
  centralPart,
  type DomainWeights,
  initialGan,
  sampleGenerator,
  timeBlock,
  timeReadBack,
  withoutKind,
} from '../gan/index.ts';
import type { AdamSettings } from '../nn/index.ts';
import { Random } from '../random.ts';
import type { BodyAnswer, BodyPort, BodyState } from '../session/index.ts';
import type { NamedTensors, PlainTensor } from '../tensors/index.ts';
import { classifierOf } from './classifier-of.ts';

/** The joint batch at which the body is timed: three devices' rows. */
const TIMED_DEVICES = 3;

export interface LocalBodyOptions {
  readonly spec: GanSpec;
  readonly optimiser: AdamSettings;
  /** How the run's steps travel; a split by default. */
  readonly schedule?: Schedule;
  /** One body for all devices, which is the default, or one for each cluster. */
  readonly bodies?: 'shared' | 'per-cluster' | undefined;
  /** How judges' scores are read; as intended by default. */
  readonly reading?: 'intended' | 'literal' | undefined;
  /** Judges are waited for together, which is the default, or each has its own step. */
  readonly pace?: 'sync' | 'async' | undefined;
  /** The one label of all its images, where an edge's community is a domain. */
  readonly domain?: number | undefined;
  /** Whether an edge draws each noise vector under another label too, for the statistics of its batches. */
  readonly besideLabels?: boolean | undefined;
  /** Where an edge adds the domain terms to its generator's loss, with the cloud's classifier. */
  readonly terms?: DomainWeights | undefined;
  /** What judges' gradients count; the same each by default. */
  readonly weighing?: 'equal' | 'realism' | undefined;
  /** The discriminator's block that gives the cluster features; the always-remote one if absent. */
  readonly featureBlock?: number | undefined;
  /** Of the noise that the coordinator draws, where the schedule lets it draw any. */
  readonly seed?: number;
  /** Of several edges with one seed: each draws noise of its own. */
  readonly community?: number | undefined;
  /** Images that each device draws per step. */
  readonly batch: number;
  readonly engine: BodyPort['engine'];
  readonly clock: Clock;
}

/** Runs the body on the TensorFlow.js backend that is set; calls must not overlap. */
export class LocalBody implements BodyPort {
  readonly engine: BodyPort['engine'];
  readonly #options: LocalBodyOptions;
  readonly #body: CentralPart;
  /** Why the step ended after its answers were given, until somebody is told. */
  #fault: Error | undefined;

  constructor(options: LocalBodyOptions) {
    this.#options = options;
    this.engine = options.engine;
    const { schedule = 'split', seed = 1, community } = options;
    const noise = community === undefined ? `${seed}/central` : `${seed}/central/${community}`;
    this.#body = centralPart(schedule, { ...options, seed: noise });
  }

  initial(seed: number): Promise<NamedTensors> {
    const { spec, schedule } = this.#options;
    return Promise.resolve(initialGan(spec, new Random(`${seed}/initial`), schedule));
  }

  load({ values, moments }: BodyState): Promise<void> {
    this.#fault = undefined;
    this.#body.abandon();
    this.#body.load(values);
    this.#body.loadMoments(moments);
    return Promise.resolve();
  }

  replace({ values, devices }: Parameters<BodyPort['replace']>[0]): Promise<void> {
    this.#body.load(values);
    this.#body.retain?.(new Set(devices));
    return Promise.resolve();
  }

  async state(): Promise<BodyState> {
    this.#tellFault();
    return { values: await this.#body.values(), moments: await this.#body.moments() };
  }

  begin({ participants, turn }: Parameters<BodyPort['begin']>[0]): Promise<void> {
    // A step that ended after its last exchange, or that lost all its devices; streams go on beside each other.
    if (this.#options.pace !== 'async') this.#body.abandon();
    this.#body.begin(participants, turn);
    return Promise.resolve();
  }

  async exchange(request: Parameters<BodyPort['exchange']>[0]): Promise<BodyAnswer> {
    const { exchange, ups, features, staleness } = request;
    this.#tellFault();
    const startedMs = this.#options.clock.now();
    const answer = await this.#body.exchange(exchange, ups, { features, staleness });
    return { ...answer, seconds: (this.#options.clock.now() - startedMs) / 1000 };
  }

  /** Does what the last answers did not need; called when they are on their way. A failure is the next call's. */
  settle(): void {
    try {
      this.#body.settle();
    } catch (error) {
      this.#fault = error instanceof Error ? error : new Error(String(error));
    }
  }

  abandonStep(): Promise<void> {
    this.#body.abandon();
    return Promise.resolve();
  }

  preview({ id, cut, head, cluster }: Parameters<BodyPort['preview']>[0]): Promise<PlainTensor> {
    return this.#body.preview(id, cut, head, cluster);
  }

  sample({ generator, labels, seed }: Parameters<BodyPort['sample']>[0]): Promise<PlainTensor> {
    const { spec } = this.#options;
    const values = withoutKind(spec.generator, generator);
    return sampleGenerator(spec, values, { labels, random: new Random(`${seed}/samples`) });
  }

  trainClassifier(request: Parameters<BodyPort['trainClassifier']>[0]): Promise<NamedTensors> {
    const { spec, clock } = this.#options;
    return classifierOf(spec, request, clock);
  }

  async profile(): Promise<CoordinatorProfile> {
    const { spec, batch, clock, optimiser } = this.#options;
    const rows = TIMED_DEVICES * batch;
    const random = new Random('body profile');
    const perRow = async (network: NetworkSpec) => {
      const seconds = [];
      for (let index = 2; index < network.blocks.length; index++) {
        const options = { batch: rows, classes: spec.classes, optimiser, clock, random };
        const { forward, backward } = await timeBlock(network, index, options);
        seconds.push({ forward: forward / rows, backward: backward / rows });
      }
      return seconds;
    };
    return {
      compute: {
        kind: 'measured',
        generator: await perRow(spec.generator),
        discriminator: await perRow(spec.discriminator),
      },
      exchangeSeconds: await timeReadBack(clock),
    };
  }

  /** Frees everything; the body is of no further use. */
  dispose(): void {
    this.#body.dispose();
  }

  #tellFault(): void {
    const fault = this.#fault;
    this.#fault = undefined;
    if (fault) throw fault;
  }
}
