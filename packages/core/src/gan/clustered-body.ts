// A body for each cluster: devices of different clusters never meet, not even in a batch's statistics.
import type { Cut, Exchange } from '../architecture/index.ts';
import { joinedBodies, separateBodies } from '../federate/index.ts';
import type { NamedTensors, OptimiserState, PlainTensor } from '../tensors/index.ts';
import { Body, type BodyOptions } from './body.ts';
import type { BodyAnswer, BodyParticipant, CentralPart } from './central-part.ts';
import type { ExchangeTensors } from './plain.ts';

const NO_MOMENTS: OptimiserState = { steps: new Map(), moments: new Map() };

/** Bodies by cluster number; those that a load does not name are gone. */
export class ClusteredBody implements CentralPart {
  readonly #options: BodyOptions;
  #bodies = new Map<number, Body>();
  /** The cluster of each device of the step under way. */
  #clusterOf: ReadonlyMap<string, number> = new Map();

  constructor(options: BodyOptions) {
    this.#options = options;
  }

  load(values: NamedTensors): void {
    const wanted = separateBodies(values);
    for (const [cluster, body] of this.#bodies) if (!wanted.has(cluster)) body.dispose();
    this.#bodies = new Map(
      [...wanted].map(([cluster, own]) => {
        const body = this.#bodies.get(cluster) ?? new Body(this.#options);
        body.load(own);
        return [cluster, body];
      }),
    );
  }

  async values(): Promise<NamedTensors> {
    return joinedBodies(await this.#each((body) => body.values()));
  }

  /** A cluster that is new starts from zero. */
  loadMoments({ steps, moments }: OptimiserState): void {
    const [ownSteps, ownMoments] = [separateBodies(steps), separateBodies(moments)];
    for (const [cluster, body] of this.#bodies)
      body.loadMoments({
        steps: ownSteps.get(cluster) ?? NO_MOMENTS.steps,
        moments: ownMoments.get(cluster) ?? NO_MOMENTS.moments,
      });
  }

  async moments(): Promise<OptimiserState> {
    const states = await this.#each((body) => body.moments());
    const part = <Value>(of: (state: OptimiserState) => ReadonlyMap<string, Value>) =>
      joinedBodies(new Map([...states].map(([cluster, state]) => [cluster, of(state)])));
    return { steps: part(({ steps }) => steps), moments: part(({ moments }) => moments) };
  }

  begin(participants: readonly BodyParticipant[]): void {
    const [fallback = 0] = this.#bodies.keys();
    const known = (cluster = fallback) => (this.#bodies.has(cluster) ? cluster : fallback);
    this.#clusterOf = new Map(participants.map(({ id, cluster }) => [id, known(cluster)]));
    for (const [cluster, body] of this.#bodies) {
      const own = participants.filter(({ id }) => this.#clusterOf.get(id) === cluster);
      if (own.length > 0) body.begin(own);
    }
  }

  async exchange(
    exchange: Exchange,
    ups: ReadonlyMap<string, ExchangeTensors>,
    options: { readonly features: boolean },
  ): Promise<BodyAnswer> {
    const answers: BodyAnswer[] = [];
    for (const cluster of new Set(this.#clusterOf.values())) {
      const own = [...ups].filter(([id]) => this.#clusterOf.get(id) === cluster);
      const body = this.#bodies.get(cluster);
      if (!body) continue;
      if (own.length > 0) answers.push(await body.exchange(exchange, new Map(own), options));
      else body.abandon(); // All of them are lost: the step is over for this cluster.
    }
    const drifts = answers.flatMap(({ drift }) => drift ?? []);
    return {
      downs: new Map(answers.flatMap(({ downs }) => [...downs])),
      ...(options.features && {
        features: new Map(answers.flatMap(({ features }) => [...(features ?? [])])),
      }),
      ...(drifts.length > 0 && { drift: Math.max(...drifts) }),
    };
  }

  settle(): void {
    for (const body of this.#bodies.values()) body.settle();
  }

  async preview(
    id: string,
    cut: Cut,
    headOutput: PlainTensor | undefined,
    cluster?: number,
  ): Promise<PlainTensor> {
    const [fallback] = this.#bodies.values();
    const body = (cluster === undefined ? undefined : this.#bodies.get(cluster)) ?? fallback;
    if (!body) throw new Error('no layers have been loaded yet');
    return body.preview(id, cut, headOutput);
  }

  abandon(): void {
    for (const body of this.#bodies.values()) body.abandon();
  }

  dispose(): void {
    for (const body of this.#bodies.values()) body.dispose();
    this.#bodies.clear();
  }

  async #each<Value>(of: (body: Body) => Promise<Value>): Promise<Map<number, Value>> {
    const values = new Map<number, Value>();
    for (const [cluster, body] of this.#bodies) values.set(cluster, await of(body));
    return values;
  }
}
