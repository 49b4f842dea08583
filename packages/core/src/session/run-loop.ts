// The coordinator's loop: feeds what happens into the reducer and does what the reducer wants, over any transport.
import type { GanSpec } from '../architecture/index.ts';
import type { CancelTimer } from '../clock.ts';
import { type Connection, PROTOCOL_VERSION, type RunSettings, TesseraError } from '../protocol/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { DeviceLink } from './device-link.ts';
import { Door } from './door.ts';
import type { SessionEffect, SessionEvent } from './events.ts';
import { MAXIMUM_GONE_DEVICES } from './limits.ts';
import { Judging } from './judging.ts';
import { LinkReader } from './link-reader.ts';
import { makeView } from './make-view.ts';
import type { Checkpoint, RunPorts } from './ports.ts';
import { reasonOf } from './reason.ts';
import { reduce } from './reduce.ts';
import { RoundWork } from './round-work.ts';
import { openRun, type RunParts } from './run-parts.ts';
import { generators, shownGenerators } from './run-weights.ts';
import { SampleBook } from './sample-book.ts';
import { stuckSentence } from './setbacks.ts';
import { currentStep, standingOf } from './standing.ts';
import { currentRound, idsWhere, initialState, type SessionState } from './state.ts';
import type { RunView } from './view.ts';

/** One run on one coordinator, from its start or its last checkpoint to its end. */
export class RunLoop {
  readonly settings: RunSettings;
  readonly spec: GanSpec;
  readonly #parts: RunParts;
  readonly #door: Door;
  readonly #reader: LinkReader;
  readonly #round: RoundWork;
  readonly #samples: SampleBook;
  readonly #judging: Judging;
  readonly #listeners = new Set<() => void>();
  #state: SessionState;
  /** Events that arose while another was dealt with. */
  #events: SessionEvent[] | undefined;
  #cancelDeadline: CancelTimer = () => undefined;
  #closed = false;
  #keeping: Promise<unknown> = Promise.resolve();

  /** Loads the last checkpoint, or starts from the run's seed; throws an Error about a checkpoint of other networks. */
  static async open(settings: RunSettings, ports: RunPorts): Promise<RunLoop> {
    const parts = await openRun(settings, ports);
    const loop = new RunLoop(parts);
    if (parts.committedRound < 0)
      await loop.#samples.save(0, shownGenerators(parts.commits.weights, parts.context));
    return loop;
  }

  private constructor(parts: RunParts) {
    const { settings, spec, clock } = parts.context;
    const { log } = parts.ports;
    this.settings = settings;
    this.spec = spec;
    this.#parts = parts;
    this.#state = initialState(settings, parts.committedRound);
    const run = {
      state: () => this.#state,
      dispatch: (event: SessionEvent) => {
        this.dispatch(event);
      },
    };
    this.#round = new RoundWork(parts, run);
    const changed = () => {
      this.#tellListeners();
    };
    this.#samples = new SampleBook(parts, changed);
    this.#judging = new Judging(parts, {
      state: run.state,
      changed,
      ended: (round) => {
        this.dispatch({ type: 'judged', round });
      },
    });
    this.#reader = new LinkReader({ ...parts, ...run, log, round: this.#round, judging: this.#judging });
    this.#door = new Door({
      clock,
      admit: (connection, message, peer) => {
        this.#welcome(connection, message, peer);
      },
      refused: (code) => {
        log('warn', 'refused', { code });
      },
    });
  }

  /** The host's buttons. */
  command(command: 'start' | 'pause' | 'stop'): void {
    this.#parts.ports.log('info', 'host', { command });
    this.dispatch({ type: 'host', command });
  }

  /** Takes a new connection; `peer` is the address by which wrong codes are counted. */
  attach(connection: Connection, peer: string): void {
    if (this.#closed) connection.close('shutting-down');
    else this.#door.attach(connection, peer);
  }

  /** Everything that the pages show. */
  view(): RunView {
    return makeView({
      parts: this.#parts,
      state: this.#state,
      plan: this.#round.plan,
      recut: this.#round.recut,
      samples: this.#samples,
    });
  }

  /** The last committed round, -1 before the first commit. */
  get committedRound(): number {
    return this.#state.committedRound;
  }

  /** Where the run is, at less cost than the whole view: the step counts from 0 within the round. */
  get place(): {
    readonly phase: SessionState['phase']['name'];
    readonly round: number;
    readonly step: number;
  } {
    const { phase } = this.#state;
    const step = phase.name === 'training' || phase.name === 'streaming' ? currentStep(this.#state) : 0;
    return { phase: phase.name, round: currentRound(this.#state), step };
  }

  /** Why the run does not go on until the host wants it; undefined while nobody and nothing has paused it. */
  get pausedBecause(): string | undefined {
    return this.#state.hostPause;
  }

  /** Why the run does not come to the end of its round, in words; undefined while it may. */
  get stuckBecause(): string | undefined {
    return stuckSentence(this.#state.setbacks, currentRound(this.#state));
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
    return generators(this.#parts.commits.weights, this.spec);
  }

  /** The last commit as it stands on disk; -1 rounds committed gives the initial weights. */
  checkpoint(): Checkpoint {
    return this.#parts.commits.checkpoint(this.#state.committedRound);
  }

  /** Ends every connection; the round in progress is lost, a commit that is being written is not. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelDeadline();
    this.#door.close();
    this.#judging.close();
    for (const link of this.#parts.links.values()) link.connection.close('shutting-down');
    await this.#round.idle();
    await this.#keeping;
    await this.#parts.body.idle();
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
    const { name } = this.#state.phase;
    this.#parts.stopwatch.running = name !== 'not-started' && name !== 'finished';
    this.#tellStandings();
    this.#tellListeners();
  }

  #perform(effect: SessionEffect): void {
    switch (effect.type) {
      case 'prepare':
        this.#round.prepare(effect);
        return;
      case 'begin-step':
        this.#round.beginStep(effect);
        return;
      case 'run-exchange':
        void this.#round.runExchange(effect);
        return;
      case 'go-on':
        this.#round.goOn(effect);
        return;
      case 'drop-step':
        this.#round.dropStep();
        return;
      case 'missed':
        this.#round.missed(effect);
        return;
      case 'request-layers':
        this.#round.requestLayers(effect);
        return;
      case 'federate':
        void this.#federate(effect);
        return;
      case 'keep-figures':
        void this.#keepFigures(effect.round);
        return;
      case 'abandon':
        this.#round.abandon(effect);
        return;
      case 'dismiss':
        this.#dismiss(effect.id);
        return;
      case 'deadline':
        this.#cancelDeadline();
        this.#cancelDeadline = this.#parts.context.clock.after(effect.afterMs, () => {
          this.dispatch({ type: 'deadline', name: effect.name });
        });
        return;
      default:
        effect satisfies never;
    }
  }

  async #federate(effect: SessionEffect & { type: 'federate' }): Promise<void> {
    const isCommitted = await this.#round.federate(effect);
    if (!isCommitted || this.#closed) return;
    const { commits, context } = this.#parts;
    await this.#samples.save(effect.round + 1, shownGenerators(commits.weights, context));
    await this.#judging.judge(effect.round, this.generators());
  }

  /** The figures of the last round come after its commit; without them the run is whole all the same. */
  async #keepFigures(round: number): Promise<void> {
    const { commits, ports } = this.#parts;
    this.#keeping = commits.again(round).catch((error: unknown) => {
      ports.log('warn', 'figures-not-kept', { round, reason: reasonOf(error) });
    });
    await this.#keeping;
  }

  #welcome(connection: Connection, message: unknown, peer: string): void {
    const { links, members, context, ports } = this.#parts;
    const present = new Set(idsWhere(this.#state, (device) => device.connected));
    const { member, token, returning, committedRound } = members.admit(message, peer, present);
    this.#replace(member.id);
    const link = new DeviceLink(member.id, connection, context);
    links.set(member.id, link);
    connection.onPacket((packet) => {
      if (links.get(member.id) === link) this.#reader.read(link, packet);
    });
    connection.onClose((reason) => {
      this.#gone(link, reason);
    });
    link.tell({
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      run: context.run,
      deviceId: member.id,
      token,
      settings: this.settings,
      resumed: returning && committedRound === this.#state.committedRound,
    });
    ports.log('info', 'joined', { device: member.id, kind: member.kind, returning });
    this.dispatch({ type: 'joined', id: member.id });
  }

  /** A device that joins from elsewhere takes its place; the connection before is told so and ends. */
  #replace(id: string): void {
    const { links } = this.#parts;
    const before = links.get(id);
    links.delete(id);
    const { code, message } = new TesseraError('joined-elsewhere', 'This device has joined from elsewhere.');
    before?.dismiss({ type: 'refused', code, message }, code);
  }

  #dismiss(id: string): void {
    const { links } = this.#parts;
    const link = links.get(id);
    links.delete(id);
    const value = { standing: 'finished', rounds: this.#state.committedRound + 1 } as const;
    link?.dismiss({ type: 'standing', value }, 'finished');
    this.#judging.gone(id);
  }

  #gone(link: DeviceLink, reason: string): void {
    const { links, ports } = this.#parts;
    if (links.get(link.id) !== link) return;
    ports.log('info', 'gone', { device: link.id, reason });
    link.leaveRound();
    this.dispatch({ type: 'disconnected', id: link.id });
    this.#judging.gone(link.id);
    const gone = idsWhere(this.#state, (device) => !device.connected);
    if (gone.length <= MAXIMUM_GONE_DEVICES) return;
    const seenMs = (id: string) => links.get(id)?.lastSeenMs ?? 0;
    const oldest = gone.reduce((a, b) => (seenMs(b) < seenMs(a) ? b : a));
    links.delete(oldest);
    this.dispatch({ type: 'forgotten', id: oldest });
  }

  #tellStandings(): void {
    for (const link of this.#parts.links.values()) {
      if (this.#state.devices.get(link.id)?.connected !== true) continue;
      const value = standingOf(this.#state, link.id);
      if (!value) continue;
      // A training device learns its step from 'step' messages; saying it twice would be noise.
      const key = JSON.stringify(value.standing === 'training' ? { ...value, step: 0 } : value);
      if (key === link.lastStanding) continue;
      link.lastStanding = key;
      link.tell({ type: 'standing', value });
    }
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) listener();
  }
}
