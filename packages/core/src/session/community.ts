// An edge's place in the tier above: what its round scored goes up with its generator, and the global one comes down.
import { domainClassifier, type NetworkSpec } from '../architecture/index.ts';
import { networkParameters, pickTensors } from '../federate/index.ts';
import { type RunSettings, runSpec } from '../protocol/index.ts';
import { strategyOf } from '../strategy/index.ts';
import { type NamedTensors, notFinite } from '../tensors/index.ts';
import { CLOUD_ANSWER_MS } from './limits.ts';
import type { BodyState, GlobalModel, RunPorts } from './ports.ts';
import { reasonOf } from './reason.ts';
import type { RunView } from './view.ts';

type CommunityPorts = Pick<RunPorts, 'cloud' | 'clock' | 'log'>;

/** One run's community; without a cloud it only keeps the scores. */
export class Community {
  readonly #settings: RunSettings;
  readonly #ports: CommunityPorts;
  #scores: number[] = [];
  /** What the last upload came to; undefined before the first. */
  #reached: boolean | undefined;
  #lastScore: number | undefined;
  #weight: number | undefined;
  #lastContactMs: number | undefined;

  /** Throws an Error about communities that the settings do not fit together with. */
  constructor(settings: RunSettings, ports: CommunityPorts) {
    requireCommunity(settings);
    this.#settings = settings;
    this.#ports = ports;
  }

  /** A round begins: nothing is scored in it yet. */
  beginRound(): void {
    this.#scores = [];
  }

  /** One local iteration's score. */
  scored(score: number): void {
    this.#scores.push(score);
  }

  /** Brings the round's generator up; undefined where there is no cloud or it cannot be reached: the community goes on alone. */
  async meet(round: number, body: BodyState, basedOn: number): Promise<GlobalModel | undefined> {
    const { cloud, log } = this.#ports;
    const iterations = this.#scores.length;
    if (!cloud || iterations === 0) return undefined;
    const score = this.#scores.reduce((sum, each) => sum + each, 0) / iterations;
    const { community } = this.#settings;
    this.#lastScore = score;
    const generator = this.#generatorOf(body.values);
    const model = await this.#ask(cloud.merge({ community, round, generator, score, iterations, basedOn }));
    if (model)
      log('info', 'merged', { round, version: model.version, weight: model.weights.get(community) ?? 0 });
    return model;
  }

  /** The newest global model, for a start; undefined where there is none newer than this version. */
  async newerThan(version: number): Promise<GlobalModel | undefined> {
    const { cloud } = this.#ports;
    if (!cloud) return undefined;
    const model = await this.#ask(cloud.latest());
    return model && model.version > version ? model : undefined;
  }

  /** What the pages show; undefined in a run without communities. */
  view(version: number): RunView['community'] {
    const { communities, community } = this.#settings;
    const name = communities[community];
    if (name === undefined) return undefined;
    return {
      index: community,
      name,
      version,
      ...(this.#reached !== undefined && { reached: this.#reached }),
      ...(this.#weight !== undefined && { weight: this.#weight }),
      ...(this.#lastScore !== undefined && { score: this.#lastScore }),
      ...(this.#lastContactMs !== undefined && {
        lastContactSecondsAgo: (this.#ports.clock.now() - this.#lastContactMs) / 1000,
      }),
    };
  }

  /** What the cloud answers, checked; undefined, with a line in the log, when that is nothing or comes too late. */
  async #ask(answer: Promise<GlobalModel | undefined>): Promise<GlobalModel | undefined> {
    const { clock, log } = this.#ports;
    const { community } = this.#settings;
    let cancel: () => void = () => undefined;
    const tooLate = new Promise<never>((_, reject) => {
      cancel = clock.after(1000 * this.#settings.mergeSeconds + CLOUD_ANSWER_MS, () => {
        reject(new Error('the cloud did not answer in time'));
      });
    });
    try {
      const model = await Promise.race([answer, tooLate]);
      this.#reached = true;
      this.#lastContactMs = clock.now();
      if (!model) return undefined;
      const checked = this.#checked(model);
      this.#weight = model.weights.get(community) ?? 0;
      return checked;
    } catch (error) {
      this.#reached = false;
      log('warn', 'cloud-lost', { reason: reasonOf(error) });
      return undefined;
    } finally {
      cancel();
    }
  }

  /** The model with exactly the tensors that this edge uses, and those as its own networks have them. */
  #checked({ version, weights, generator, domainClassifier: classifier }: GlobalModel): GlobalModel {
    const own = { version, weights, generator: this.#generatorOf(generator) };
    if (this.#settings.domainTerms !== 'edges' || !classifier) return own;
    const values = tensorsOf(domainClassifier(runSpec(this.#settings)), classifier);
    const spoilt = values.size === classifier.size ? notFinite(values) : 'a tensor that is none of its own';
    if (spoilt !== undefined)
      throw new RangeError(`the cloud’s domain classifier came with ${spoilt}, which cannot be used`);
    return { ...own, domainClassifier: values };
  }

  #generatorOf(values: NamedTensors): NamedTensors {
    return tensorsOf(runSpec(this.#settings).generator, values);
  }
}

/** A whole network's tensors; throws a RangeError about one that is missing or misshapen. */
function tensorsOf(network: NetworkSpec, values: NamedTensors): NamedTensors {
  return pickTensors(values, networkParameters(network, 1, network.blocks.length));
}

function requireCommunity({ strategy, condition, communities, community }: RunSettings): void {
  if (communities.length === 0) return;
  const { tiers, title } = strategyOf(strategy);
  // Below one coordinator the communities are but the domains that its networks are told.
  if (!tiers && condition === 'domains') return;
  if (!tiers)
    throw new Error(
      `${title} has no communities: choose fr-sync, fr-async, lr-sync or lr-async, or name none.`,
    );
  if (community >= communities.length)
    throw new Error(
      `There is no community ${community}: this run has ${communities.length}, counted from 0 (${communities.join(', ')}).`,
    );
}
