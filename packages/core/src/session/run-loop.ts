// The coordinator's loop: feeds what happens into the reducer and does what the reducer wants, over any transport.
import { type GanSpec, SHALLOWEST_CUT } from '../architecture/index.ts';
import type { CancelTimer } from '../clock.ts';
import { chooseCuts, type ChosenCuts, type CoordinatorProfile } from '../cut/index.ts';
import {
  type Connection,
  HANDSHAKE_DEADLINE_MS,
  PROTOCOL_VERSION,
  refusal,
  type RunSettings,
  runSpec,
} from '../protocol/index.ts';
import { Random } from '../random.ts';
import type { NamedTensors, PlainTensor } from '../tensors/index.ts';
import { Admission } from './admission.ts';
import { DeviceLink, type LinkContext } from './device-link.ts';
import type { SessionEffect, SessionEvent } from './events.ts';
import { History } from './history.ts';
import { LinkReader } from './link-reader.ts';
import type { BodyState, Checkpoint, RunPorts } from './ports.ts';
import { reduce } from './reduce.ts';
import {
  type CommittedWeights,
  federateRound,
  generators,
  initialWeights,
  layersFor,
  weightsOf,
} from './run-weights.ts';
import { sampleRound } from './samples.ts';
import { standingOf } from './standing.ts';
import { currentRound, initialState, type SessionState } from './state.ts';
import type { RunView } from './view.ts';
import { makeView } from './make-view.ts';

/** Devices that are gone and still listed; beyond them the one gone longest is dropped. */
const MAXIMUM_GONE_DEVICES = 64;

/** What a start of the coordinator begins from. */
interface Beginning {
  readonly run: number;
  readonly profile: CoordinatorProfile;
  readonly weights: CommittedWeights;
  readonly checkpoint: Checkpoint | undefined;
  readonly sampleRounds: readonly number[];
}

/** One run on one coordinator, from its start or its last checkpoint to its end. */
export class RunLoop {
  readonly settings: RunSettings;
  readonly spec: GanSpec;
  readonly #ports: RunPorts;
  readonly #context: LinkContext;
  readonly #profile: CoordinatorProfile;
  readonly #admission: Admission;
  readonly #history: History;
  readonly #reader: LinkReader;
  readonly #links = new Map<string, DeviceLink>();
  /** Connections that have not introduced themselves, with the timers that end them. */
  readonly #strangers = new Map<Connection, CancelTimer>();
  readonly #listeners = new Set<() => void>();
  readonly #elapsedBefore: number;
  readonly #startedMs: number;
  #state: SessionState;
  #weights: CommittedWeights;
  #plan: ChosenCuts | undefined;
  #features: ReadonlyMap<string, PlainTensor> = new Map();
  /** Grows with every round begun or abandoned: what was started before no longer counts. */
  #attempt = 0;
  #events: SessionEvent[] | undefined;
  #cancelDeadline: CancelTimer = () => undefined;
  #bodyTurn: Promise<unknown> = Promise.resolve();
  #sampleRounds: readonly number[];
  #closed = false;

  /** Loads the last checkpoint, or starts from the run's seed. */
  static async open(settings: RunSettings, ports: RunPorts): Promise<RunLoop> {
    const { checkpoint, notes } = await ports.store.load();
    for (const note of notes) ports.log('warn', 'checkpoint', { note });
    const weights = checkpoint
      ? weightsOf(checkpoint)
      : initialWeights(runSpec(settings), await ports.body.initial(settings.seed));
    await ports.body.load(weights.body);
    const loop = new RunLoop(settings, ports, {
      run: ports.newRunNumber(),
      profile: await ports.body.profile(),
      weights,
      checkpoint,
      sampleRounds: await ports.store.sampleRounds(),
    });
    if (!checkpoint) await loop.#saveSamples(0);
    return loop;
  }

  private constructor(settings: RunSettings, ports: RunPorts, beginning: Beginning) {
    const { checkpoint } = beginning;
    this.settings = settings;
    this.spec = runSpec(settings);
    this.#ports = ports;
    this.#profile = beginning.profile;
    this.#weights = beginning.weights;
    this.#sampleRounds = beginning.sampleRounds;
    this.#context = { run: beginning.run, settings, spec: this.spec, clock: ports.clock };
    this.#admission = new Admission(settings, ports.access, checkpoint?.members ?? []);
    this.#history = new History(checkpoint?.losses, checkpoint?.groups);
    this.#elapsedBefore = checkpoint?.elapsedSeconds ?? 0;
    this.#startedMs = ports.clock.now();
    this.#state = initialState(settings, checkpoint?.committedRound);
    this.#reader = new LinkReader({
      context: this.#context,
      state: () => this.#state,
      dispatch: (event) => {
        this.dispatch(event);
      },
      report: (report) => {
        this.#history.report(report);
      },
      preview: (link, head) => {
        void this.#preview(link, head);
      },
      log: ports.log,
    });
  }

  /** The host's buttons. */
  command(command: 'start' | 'pause' | 'stop'): void {
    this.#ports.log('info', 'host', { command });
    this.dispatch({ type: 'host', command });
  }

  /** Takes a new connection; `peer` is the address by which wrong codes are counted. */
  attach(connection: Connection, peer: string): void {
    if (this.#closed) {
      connection.close('shutting-down');
      return;
    }
    const cancel = this.#ports.clock.after(HANDSHAKE_DEADLINE_MS, () => {
      connection.close('handshake-timeout');
    });
    this.#strangers.set(connection, cancel);
    connection.onClose(() => {
      this.#forgetStranger(connection);
    });
    connection.onPacket((packet) => {
      if (this.#strangers.has(connection)) {
        this.#forgetStranger(connection);
        this.#welcome(connection, packet.kind === 'control' ? packet.message : undefined, peer);
      }
    });
  }

  /** Everything that the pages show. */
  view(): RunView {
    return makeView({
      state: this.#state,
      links: this.#links,
      members: this.#admission,
      history: this.#history,
      plan: this.#plan,
      engine: this.#ports.body.engine,
      sampleRounds: this.#sampleRounds,
      nowMs: this.#ports.clock.now(),
      elapsedSeconds: this.#elapsedSeconds(),
    });
  }

  /** Calls `listener` after every change; returns how to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** The generators of the last commit, by cluster. */
  generators(): ReadonlyMap<number, NamedTensors> {
    return generators(this.#weights, this.spec);
  }

  /** The last commit as it stands on disk; -1 rounds committed gives the initial weights. */
  checkpoint(): Checkpoint {
    return {
      settings: this.settings,
      committedRound: this.#state.committedRound,
      ...this.#weights,
      members: this.#admission.members,
      losses: this.#history.losses,
      groups: this.#history.groups,
      elapsedSeconds: this.#elapsedSeconds(),
    };
  }

  /** Ends every connection; the round in progress is lost, the last commit is not. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelDeadline();
    for (const connection of this.#strangers.keys()) connection.close('shutting-down');
    for (const link of this.#links.values()) link.connection.close('shutting-down');
    await this.#bodyTurn;
  }

  /** Feeds one event through the reducer and does what it wants; events that arise meanwhile wait their turn. */
  dispatch(event: SessionEvent): void {
    if (this.#closed) return;
    if (this.#events) {
      this.#events.push(event);
      return;
    }
    this.#events = [event];
    try {
      for (let next = this.#events.shift(); next; next = this.#events.shift()) {
        const { state, effects } = reduce(this.#state, next);
        this.#state = state;
        for (const effect of effects) this.#perform(effect);
      }
    } finally {
      this.#events = undefined;
    }
    this.#tellStandings();
    for (const listener of this.#listeners) listener();
  }

  #welcome(connection: Connection, message: unknown, peer: string): void {
    try {
      const present = [...this.#state.devices.values()].filter((device) => device.connected).length;
      const { member, token, returning, committedRound } = this.#admission.admit(message, peer, present);
      this.#links.get(member.id)?.connection.close('joined-elsewhere');
      const link = new DeviceLink(member.id, connection, this.#context);
      this.#links.set(member.id, link);
      link.connection.onPacket((packet) => {
        if (this.#links.get(member.id) === link) this.#reader.read(link, packet);
      });
      link.connection.onClose((reason) => {
        this.#gone(link, reason);
      });
      link.tell({
        type: 'welcome',
        protocol: PROTOCOL_VERSION,
        run: this.#context.run,
        deviceId: member.id,
        token,
        settings: this.settings,
        resumed: returning && committedRound === this.#state.committedRound,
      });
      this.#ports.log('info', 'joined', { device: member.id, kind: member.kind, returning });
      this.dispatch({ type: 'joined', id: member.id });
    } catch (error) {
      const message = refusal(error);
      this.#ports.log('warn', 'refused', { code: message.code });
      const close = () => {
        connection.close(message.code);
      };
      connection.send({ kind: 'control', message }).then(close, close);
    }
  }

  #gone(link: DeviceLink, reason: string): void {
    if (this.#links.get(link.id) !== link) return;
    this.#ports.log('info', 'gone', { device: link.id, reason });
    link.leaveRound();
    this.dispatch({ type: 'disconnected', id: link.id });
    const gone = [...this.#state.devices.values()].filter((device) => !device.connected);
    const oldest = gone
      .map(({ id }) => ({ id, seen: this.#links.get(id)?.lastSeenMs ?? 0 }))
      .sort((a, b) => a.seen - b.seen)[0];
    if (oldest && gone.length > MAXIMUM_GONE_DEVICES) this.#drop(oldest.id);
  }

  #drop(id: string): void {
    this.#links.delete(id);
    this.dispatch({ type: 'forgotten', id });
  }

  #forgetStranger(connection: Connection): void {
    this.#strangers.get(connection)?.();
    this.#strangers.delete(connection);
  }

  #perform(effect: SessionEffect): void {
    switch (effect.type) {
      case 'prepare':
        this.#prepare(effect.round, effect.ids);
        return;
      case 'begin-step':
        this.#history.beginStep(effect.round, effect.step, this.#ports.clock.now());
        for (const link of this.#linksOf(effect.cohort)) {
          link.expected = { round: effect.round, step: effect.step, exchange: 1 };
          link.up = undefined;
          link.tell({ type: 'step', run: this.#context.run, round: effect.round, step: effect.step });
        }
        return;
      case 'run-exchange':
        void this.#runExchange(effect);
        return;
      case 'drop-step':
        void this.#withBody((body) => body.abandonStep());
        return;
      case 'missed': {
        const link = this.#links.get(effect.id);
        this.#ports.log('warn', 'missed', {
          device: effect.id,
          round: effect.round,
          step: effect.step,
          exchange: effect.exchange,
        });
        if (link) link.expected = undefined;
        const { round, step, exchange } = effect;
        link?.tell({ type: 'missed', run: this.#context.run, round, step, exchange });
        return;
      }
      case 'request-layers':
        this.#history.endStep(this.#ports.clock.now());
        for (const link of this.#linksOf(effect.ids)) {
          link.layers = undefined;
          link.tell({ type: 'federate', run: this.#context.run, round: effect.round });
        }
        return;
      case 'federate':
        void this.#federate(effect.round, effect.ids);
        return;
      case 'abandon':
        this.#abandon(effect.round, effect.reason);
        return;
      case 'dismiss': {
        const link = this.#links.get(effect.id);
        this.#links.delete(effect.id);
        link?.tell({
          type: 'standing',
          value: { standing: 'finished', rounds: this.#state.committedRound + 1 },
        });
        link?.connection.close('finished');
        return;
      }
      case 'deadline':
        this.#cancelDeadline();
        this.#cancelDeadline = this.#ports.clock.after(effect.afterMs, () => {
          this.dispatch({ type: 'deadline', name: effect.name });
        });
        return;
      default:
        effect satisfies never;
    }
  }

  /** Chooses cuts and hands every device its part of the network. */
  #prepare(round: number, ids: readonly string[]): void {
    this.#attempt += 1;
    const links = this.#linksOf(ids);
    const plan = this.#choosePlan(links);
    this.#plan = plan;
    for (const link of links) {
      const member = this.#admission.member(link.id);
      const slow = (this.#state.devices.get(link.id)?.strikes ?? 0) > 0;
      const cut = slow ? SHALLOWEST_CUT : (plan?.cuts.get(link.id) ?? SHALLOWEST_CUT);
      const predictedStepSeconds = plan?.predictedStepSeconds ?? 0;
      link.leaveRound();
      link.assignment = { round, cut, predictedStepSeconds };
      link.tell({
        type: 'assignment',
        run: this.#context.run,
        round,
        cut,
        cluster: member?.cluster ?? 0,
        weight: member?.weight ?? 0,
        predictedStepSeconds,
      });
      link.sendLayers(round, layersFor(this.#weights, this.spec, { cut, cluster: member?.cluster }));
    }
    this.#ports.log('info', 'round', {
      round,
      devices: ids.length,
      predictedStepSeconds: plan?.predictedStepSeconds ?? 0,
    });
    this.dispatch({ type: 'planned', round, predictedStepSeconds: plan?.predictedStepSeconds ?? 0 });
  }

  #choosePlan(links: readonly DeviceLink[]): ChosenCuts | undefined {
    const devices = links.flatMap(({ id, introduction }) =>
      introduction ? [{ id, profile: introduction.profile }] : [],
    );
    const { batch, encoding, seed } = this.settings;
    const { linkBytesPerSecond } = this.#ports;
    const random = new Random(`${seed}/cuts/${currentRound(this.#state)}`);
    try {
      return chooseCuts(
        devices,
        this.#profile,
        {
          spec: this.spec,
          batch,
          encoding,
          ...(linkBytesPerSecond === undefined ? {} : { linkBytesPerSecond }),
        },
        { random },
      );
    } catch (error) {
      // A profile that does not fit the networks must not stop the run: everybody gets the shallowest cut.
      this.#ports.log('warn', 'plan-failed', { reason: error instanceof Error ? error.message : 'unknown' });
      return undefined;
    }
  }

  async #runExchange(effect: SessionEffect & { type: 'run-exchange' }): Promise<void> {
    const attempt = this.#attempt;
    const { round, step, exchange, ids, features } = effect;
    const links = this.#linksOf(ids);
    const ups = new Map(
      links.flatMap(({ id, up }): [string, NamedTensors][] => (up === undefined ? [] : [[id, up]])),
    );
    for (const link of links) link.up = undefined;
    const answer = await this.#withBody(async (body) => {
      if (attempt !== this.#attempt) return undefined;
      if (exchange === 1) {
        await body.begin(
          links.flatMap(({ id, assignment }) =>
            assignment ? [{ id, cut: assignment.cut, batch: this.settings.batch }] : [],
          ),
        );
      }
      return body.exchange({ exchange, ups, features });
    });
    if (!answer || attempt !== this.#attempt) return;
    this.#history.bodyComputed(answer.seconds);
    if (answer.features) this.#features = answer.features;
    for (const [id, tensors] of answer.downs) {
      const link = this.#links.get(id);
      if (link?.expected?.round !== round || link.expected.step !== step) continue;
      const next = exchange + 1;
      link.expected = isExchange(next) ? { round, step, exchange: next } : undefined;
      link.sendDown({ round, step, exchange }, tensors);
    }
    this.dispatch({ type: 'body-done', round, step, exchange });
  }

  /** Averages the layers that came, writes the checkpoint, and tells everybody. */
  async #federate(round: number, ids: readonly string[]): Promise<void> {
    const attempt = this.#attempt;
    const body = await this.#withBody((port) => port.state());
    if (!body || attempt !== this.#attempt) return;
    try {
      await this.#commit(round, ids, body);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'the checkpoint could not be written';
      this.#ports.log('error', 'commit-failed', { round, reason });
      this.dispatch({ type: 'commit-failed', round, reason });
      return;
    }
    for (const link of this.#linksOf(ids)) link.tell({ type: 'committed', run: this.#context.run, round });
    void this.#saveSamples(round + 1);
    this.dispatch({ type: 'committed', round });
  }

  async #commit(round: number, ids: readonly string[], body: BodyState): Promise<void> {
    const devices = this.#linksOf(ids).flatMap(({ id, assignment, introduction, layers }) => {
      if (!assignment || !introduction || !layers) return [];
      const features = this.#features.get(id);
      return [
        {
          id,
          cut: assignment.cut,
          samples: Math.min(introduction.samples, this.settings.sampleCap),
          values: layers,
          ...(features ? { features } : {}),
        },
      ];
    });
    this.#features = new Map();
    const previousClusters = this.#admission.clusters();
    const { settings, spec } = this;
    const { weights, result } = federateRound({ settings, spec, round, devices, previousClusters }, body);
    for (const note of result.notes) this.#ports.log('warn', 'federation', { round, note });
    const members = this.#admission.members.map((member) => {
      const cluster = result.clusters.get(member.id);
      return cluster === undefined
        ? member
        : { ...member, cluster, weight: result.clusterWeights.get(member.id) ?? 0 };
    });
    const groups = [...this.#history.groups, { round, of: Object.fromEntries(result.clusters) }];
    await this.#ports.store.commit({
      ...this.checkpoint(),
      committedRound: round,
      ...weights,
      members,
      groups,
    });
    await this.#withBody((port) => port.load(weights.body));
    this.#weights = weights;
    this.#admission.place(result.clusters, result.clusterWeights);
    this.#history.roundCommitted(round, result.clusters);
    this.#ports.log('info', 'committed', {
      round,
      devices: devices.length,
      clusters: result.clusterLayers.size,
      silhouette: result.silhouette,
    });
  }

  #abandon(round: number, reason: string): void {
    this.#attempt += 1;
    this.#features = new Map();
    this.#history.forgetRoundsFrom(round);
    this.#ports.log('warn', 'abandoned', { round, reason });
    for (const link of this.#links.values()) {
      if (link.assignment?.round !== round) continue;
      link.leaveRound();
      link.tell({ type: 'abandoned', run: this.#context.run, round });
    }
    void this.#withBody((body) => body.load(this.#weights.body));
  }

  /** Draws every group's samples; a failure costs a picture, never the run. */
  async #saveSamples(round: number): Promise<void> {
    const what = { round, seed: this.settings.seed, generators: this.generators() };
    try {
      const samples = await this.#withBody((body) => sampleRound(body, this.spec, what));
      if (!samples) return;
      await this.#ports.store.saveSamples(samples);
      this.#sampleRounds = await this.#ports.store.sampleRounds();
      for (const listener of this.#listeners) listener();
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.#ports.log('warn', 'samples-failed', { round, reason });
    }
  }

  async #preview(link: DeviceLink, head: PlainTensor): Promise<void> {
    const { assignment } = link;
    if (!assignment) return;
    link.previewing = true;
    const tail = await this.#withBody((body) => body.preview({ id: link.id, cut: assignment.cut, head }));
    link.previewing = false;
    if (tail && this.#links.get(link.id) === link) {
      link.sendPreview(assignment.round, new Map([['generator', tail]]));
    }
  }

  /** One use of the body at a time, in order; a failure of the body pauses the run with its reason. */
  async #withBody<T>(use: (body: RunPorts['body']) => Promise<T>): Promise<T | undefined> {
    const turn = this.#bodyTurn.then(() => use(this.#ports.body));
    this.#bodyTurn = turn.catch(() => undefined);
    try {
      return await turn;
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'the body failed';
      this.#ports.log('error', 'body-failed', { reason });
      this.dispatch({ type: 'body-failed', reason });
      return undefined;
    }
  }

  #tellStandings(): void {
    for (const link of this.#links.values()) {
      const value = standingOf(this.#state, link.id);
      if (!value || this.#state.devices.get(link.id)?.connected !== true) continue;
      // A training device learns its step from 'step' messages; saying it twice would be noise.
      const key = JSON.stringify(value.standing === 'training' ? { ...value, step: 0 } : value);
      if (key === link.lastStanding) continue;
      link.lastStanding = key;
      link.tell({ type: 'standing', value });
    }
  }

  #linksOf(ids: readonly string[]): DeviceLink[] {
    return ids.flatMap((id) => this.#links.get(id) ?? []);
  }

  #elapsedSeconds(): number {
    return this.#elapsedBefore + (this.#ports.clock.now() - this.#startedMs) / 1000;
  }
}

function isExchange(value: number): value is 1 | 2 | 3 | 4 | 5 | 6 {
  return value >= 1 && value <= 6;
}
