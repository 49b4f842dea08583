// The last commit and the making of the next: what survives a crash, and nothing that does not.
import type { GanSpec } from '../architecture/index.ts';
import type { Clock } from '../clock.ts';
import type { RunSettings } from '../protocol/index.ts';
import type { FederatedDevice, FederationResult } from '../strategy/index.ts';
import type { Admission } from './admission.ts';
import type { Handouts } from './handouts.ts';
import type { History } from './history.ts';
import type { BodyState, Checkpoint, GlobalModel, StorePort } from './ports.ts';
import { type CommittedWeights, federateRound, withGlobal } from './run-weights.ts';
import type { Stopwatch } from './stopwatch.ts';

export interface CommitParts {
  readonly settings: RunSettings;
  readonly spec: GanSpec;
  readonly clock: Clock;
  readonly store: StorePort;
  readonly members: Admission;
  readonly history: History;
  readonly stopwatch: Stopwatch;
  readonly handouts: Handouts;
}

/** A finished round before it is committed. */
export interface FinishedRound {
  readonly round: number;
  readonly devices: readonly FederatedDevice[];
  /** Of finite numbers. */
  readonly body: BodyState;
  /** What the cloud made of it; absent without a cloud, or while it cannot be reached. */
  readonly global: GlobalModel | undefined;
  /** False when the round was abandoned while it was written: then nothing of it counts here. */
  readonly isWanted: () => boolean;
}

/** Holds the committed weights; a round that fails to commit leaves everything as it was. */
export class Commits {
  readonly #parts: CommitParts;
  #weights: CommittedWeights;
  #writeSeconds = 0;

  constructor(parts: CommitParts, weights: CommittedWeights) {
    this.#parts = parts;
    this.#weights = weights;
  }

  get weights(): CommittedWeights {
    return this.#weights;
  }

  /** How long the store took for the last commit. */
  get writeSeconds(): number {
    return this.#writeSeconds;
  }

  /** The last commit, with the members and curves of now; -1 rounds committed gives the initial weights. */
  checkpoint(committedRound: number): Checkpoint {
    const { settings, members, history, stopwatch } = this.#parts;
    return {
      settings,
      committedRound,
      ...this.#weights,
      members: members.members,
      losses: history.losses.filter(({ round }) => round <= committedRound),
      groups: history.groups,
      judged: history.judged,
      elapsedSeconds: stopwatch.seconds,
    };
  }

  /** Writes the last commit once more, with the curves of now; throws an Error that says why it could not. */
  again(committedRound: number): Promise<void> {
    return this.#parts.store.commit(this.checkpoint(committedRound));
  }

  /** Averages the round and writes it; throws an Error that says why it could not, undefined when it was not wanted. */
  async commit({
    round,
    devices,
    body,
    global,
    isWanted,
  }: FinishedRound): Promise<FederationResult | undefined> {
    const { settings, spec, members, history, store, clock, handouts } = this.#parts;
    const previousClusters = members.clusters();
    const { globalVersion } = this.#weights;
    const federated = federateRound(
      { settings, spec, round, devices, previousClusters, globalVersion },
      body,
    );
    const { result } = federated;
    const weights = global ? withGlobal(federated.weights, global) : federated.weights;
    const handout = await handouts.make({ round, weights, clusters: result.clusters });
    if (!isWanted()) return undefined;
    history.settle();
    const startedMs = clock.now();
    await store.commit({
      ...this.checkpoint(round),
      ...weights,
      members: members.placed(devices, result),
      groups: history.groupsWith(round, result.clusters),
    });
    if (!isWanted()) return undefined;
    this.#writeSeconds = (clock.now() - startedMs) / 1000;
    this.#weights = weights;
    handouts.use(handout);
    members.place(devices, result);
    history.roundCommitted(round, result.clusters);
    return result;
  }
}
