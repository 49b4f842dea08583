// The tier above the edges: takes communities' generators, merges them, and hands out the global one.
import type { GanSpec } from '../architecture/index.ts';
import { adamOf } from '../nn/index.ts';
import { type RunSettings, runSpec } from '../protocol/index.ts';
import {
  type CloudPort,
  type CommunityUpload,
  type GlobalModel,
  requireSameNetworks,
} from '../session/index.ts';
import { strategyOf } from '../strategy/index.ts';
import { Barrier } from './barrier.ts';
import { edgeNumber, edgeOf, type EdgeUpload } from './edges.ts';
import { checkedUpload, communitiesOf, mergeCommunities, type MergedCommunity } from './merge.ts';
import { DomainTerms } from './domain-terms.ts';
import type { CloudCheckpoint, CloudPorts, CloudView, DomainTermsPort, KeptUpload } from './ports.ts';
import { communityView } from './view.ts';

/** What a merge averages. */
type Average = 'these' | 'with the latest of the others';

/** One run's cloud, from its start or its last merge; every merge is on disk before anybody is told of it. */
export class Cloud implements CloudPort {
  readonly settings: RunSettings;
  readonly #spec: GanSpec;
  readonly #ports: CloudPorts;
  readonly #barrier: Barrier | undefined;
  /** Edges that are at work, by number; so are the two below. */
  readonly #present = new Set<number>();
  readonly #contactMs = new Map<number, number>();
  /** The version at which an edge was last there. */
  readonly #lastThere = new Map<number, number>();
  readonly #terms: DomainTermsPort | undefined;
  /** Those that this cloud has made for itself. */
  readonly #ownTerms: DomainTerms | undefined;
  #state: Omit<CloudCheckpoint, 'settings'>;
  /** One merge after the other. */
  #last: Promise<unknown> = Promise.resolve();

  /** Loads the last merge; throws an Error about settings without communities, or a store of another run. */
  static async open(settings: RunSettings, ports: CloudPorts): Promise<Cloud> {
    requireCloud(settings);
    const checkpoint = await ports.store.load();
    if (checkpoint) requireSameNetworks(checkpoint.settings, settings);
    return new Cloud(settings, ports, checkpoint);
  }

  private constructor(settings: RunSettings, ports: CloudPorts, checkpoint: CloudCheckpoint | undefined) {
    this.settings = settings;
    this.#spec = runSpec(settings);
    this.#ports = ports;
    this.#state = checkpoint ?? { version: 0, generator: new Map(), weights: new Map(), uploads: new Map() };
    for (const edge of this.#state.uploads.keys()) this.#lastThere.set(edge, this.#state.version);
    const { tiers } = strategyOf(settings.strategy);
    if (tiers?.related === 'label') {
      this.#ownTerms = ports.terms ? undefined : domainTermsOf(settings);
      this.#terms = ports.terms ?? this.#ownTerms;
    }
    if (tiers?.pace === 'sync')
      this.#barrier = new Barrier({
        clock: ports.clock,
        waitSeconds: settings.mergeSeconds,
        merge: (uploads) => this.#merge(uploads, 'these'),
      });
  }

  /** This edge of the community is at work: a synchronous merge waits for it. */
  arrive(community: number, seat = 0): void {
    const edge = edgeNumber(community, seat);
    this.#present.add(edge);
    this.#heard(edge);
    this.#barrier?.arrive(edge);
  }

  /** It is at work no longer, or its connection is gone. */
  leave(community: number, seat = 0): void {
    const edge = edgeNumber(community, seat);
    if (this.#present.delete(edge)) this.#lastThere.set(edge, this.#state.version);
    this.#barrier?.leave(edge);
  }

  /**
   * Takes a community's generator from one of its edges. Synchronous: resolves for all once every edge that is there has
   * brought one, or after `mergeSeconds`. Asynchronous: averages at once with the latest of the others. What came before, when its answer
   * was lost, gets the newest model again. Rejects with an Error that says what is wrong.
   */
  async merge(upload: CommunityUpload, seat = 0): Promise<GlobalModel> {
    const { communities } = this.settings;
    const checked = { ...checkedUpload(upload, { spec: this.#spec, communities }), seat };
    const edge = edgeOf(checked);
    this.#heard(edge);
    if (isSame(this.#state.uploads.get(edge), checked)) return this.#model();
    if (this.#barrier) {
      this.#barrier.arrive(edge);
      return this.#barrier.bring(checked);
    }
    return this.#merge([checked], 'with the latest of the others');
  }

  latest(): Promise<GlobalModel | undefined> {
    return Promise.resolve(this.#state.version === 0 ? undefined : this.#model());
  }

  /** What the communities last brought, in the order of their indices. */
  brought(): readonly MergedCommunity[] {
    return communitiesOf([...this.#state.uploads.values()]);
  }

  /** Everything that the pages show. */
  view(): CloudView {
    const { version, weights, uploads } = this.#state;
    const nowMs = this.#ports.clock.now();
    const communities = this.settings.communities.map((name, community) =>
      communityView({
        ...{ name, community, version, nowMs },
        weight: weights.get(community) ?? 0,
        uploads,
        present: this.#present,
        contactMs: this.#contactMs,
        isWaiting: (edge) => this.#barrier?.isWaiting(edge) ?? false,
      }),
    );
    return { version, communities };
  }

  /** Resolves when the last merge is kept; uploads that wait are merged without the others. */
  async close(): Promise<void> {
    this.#barrier?.close();
    await this.#last;
    this.#ownTerms?.dispose();
  }

  /** Merges one after the other: what was brought alone, or beside the latest of the other edges. */
  #merge(brought: readonly EdgeUpload[], average: Average): Promise<GlobalModel> {
    const merged = this.#last.then(() => this.#mergeNow(brought, average));
    this.#last = merged.catch(() => undefined);
    return merged;
  }

  async #mergeNow(brought: readonly EdgeUpload[], average: Average): Promise<GlobalModel> {
    const { store, log, during } = this.#ports;
    const version = this.#state.version + 1;
    const kept = this.#withoutLongGone(brought);
    for (const upload of brought) kept.set(edgeOf(upload), { ...upload, version });
    const { generator, weights } = mergeCommunities(average === 'these' ? brought : [...kept.values()]);
    const improving = this.#terms?.improve(generator, version, this.#state.domains);
    const improved = improving ? await (during?.(improving) ?? improving) : { generator };
    const state = { version, weights, uploads: kept, ...improved };
    await store.commit({ settings: this.settings, ...state });
    this.#state = state;
    log('info', 'merged', {
      version,
      brought: brought.map(({ community }) => this.settings.communities[community] ?? '').join(', '),
      weights: [...state.weights]
        .map(([community, weight]) => `${this.settings.communities[community] ?? ''} ${weight.toFixed(3)}`)
        .join(', '),
    });
    return this.#model();
  }

  /** What is kept, but not of an edge that has been away for a whole merge while another of its community works. */
  #withoutLongGone(brought: readonly EdgeUpload[]): Map<number, KeptUpload> {
    const working = new Set(brought.map(({ community }) => community));
    const isLongGone = (edge: number): boolean =>
      !this.#present.has(edge) && (this.#lastThere.get(edge) ?? 0) < this.#state.version;
    return new Map(
      [...this.#state.uploads].filter(
        ([edge, { community }]) => !working.has(community) || !isLongGone(edge),
      ),
    );
  }

  #model(): GlobalModel {
    const { version, generator, weights, domains } = this.#state;
    const handsOut = this.settings.domainTerms === 'edges' && domains;
    return { version, generator, weights, ...(handsOut && { domainClassifier: domains.classifier }) };
  }

  #heard(edge: number): void {
    this.#contactMs.set(edge, this.#ports.clock.now());
    this.#lastThere.set(edge, this.#state.version);
  }
}

/** Throws an Error about settings that a cloud can do nothing with. */
export function requireCloud(settings: RunSettings): void {
  const { tiers, title } = strategyOf(settings.strategy);
  if (!tiers) throw new Error(`${title} has no cloud: choose fr-sync, fr-async, lr-sync or lr-async.`);
  if (settings.communities.length === 0)
    throw new Error('A cloud needs its communities: name them in the run’s setting "communities".');
  if (tiers.related === 'label') requireDomains(settings, title);
}

/** What a label related run adds at each merge, on the engine that is set. */
export function domainTermsOf(settings: RunSettings): DomainTerms {
  const { lambda1, lambda2, batch, domainSteps, seed, domainTerms } = settings;
  return new DomainTerms({
    spec: runSpec(settings),
    optimiser: adamOf(settings),
    lambda1,
    lambda2,
    batch,
    steps: domainSteps,
    seed: `${seed}/domains`,
    by: domainTerms,
  });
}

function requireDomains({ condition, communities, data }: RunSettings, title: string): void {
  if (condition !== 'domains')
    throw new Error(
      `${title} tells its networks the domain, not ${condition}: set "condition" to "domains".`,
    );
  if (communities.length < 2)
    throw new Error(
      `${title} compares domains: it needs at least two communities, not ${communities.length}.`,
    );
  if (data !== 'images') throw new Error(`${title} tells images apart: set "data" to "images".`);
}

/** The same upload once more: its answer was lost on the way. */
function isSame(before: KeptUpload | undefined, now: CommunityUpload): boolean {
  return (
    before?.round === now.round &&
    before.basedOn === now.basedOn &&
    before.score === now.score &&
    before.iterations === now.iterations
  );
}
