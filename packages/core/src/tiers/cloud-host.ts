// The cloud among its edges: who may serve a community, what was uploaded already, and the tree that pages show.
import type { GanSpec } from '../architecture/index.ts';
import { edgeOf } from '../cloud/index.ts';
import {
  type Connection,
  type EdgeMessage,
  PROTOCOL_VERSION,
  parseEdgeMessage,
  requireSameSettings,
  runSpec,
  TesseraError,
  tierGreetingFault,
  type TierTree,
} from '../protocol/index.ts';
import type { CommunityUpload, GlobalModel } from '../session/index.ts';
import { Door } from '../session/door.ts';
import { EdgeSession } from './edge-session.ts';
import type { CloudHostPorts, EdgeDigests } from './ports.ts';
import { Seats } from './seats.ts';
import { treeCommunity } from './tree.ts';

type Hello = EdgeMessage & { readonly type: 'hello' };

/** The last upload of an edge, by which a repeated one is known. */
interface Taken {
  readonly start: number;
  readonly number: number;
  readonly answer: Promise<GlobalModel>;
}

/** Admits edges to their communities, and lets them merge; knows nothing of sockets. */
export class CloudHost {
  readonly ports: CloudHostPorts;
  readonly spec: GanSpec;
  readonly #door: Door;
  /** By the edge's number; so are the two below. */
  readonly #sessions = new Map<number, EdgeSession>();
  /** The last session of each edge, ended or not. */
  readonly #lastSessions = new Map<number, EdgeSession>();
  readonly #taken = new Map<number, Taken>();
  readonly #seats: Seats;
  readonly #listeners = new Set<() => void>();
  #closed = false;

  static async open(ports: CloudHostPorts): Promise<CloudHost> {
    return new CloudHost(ports, await ports.memory.load());
  }

  private constructor(ports: CloudHostPorts, digests: EdgeDigests) {
    this.ports = ports;
    this.spec = runSpec(ports.cloud.settings);
    this.#seats = new Seats(ports, digests);
    this.#door = new Door({
      clock: ports.clock,
      admit: (connection, message, peer) => {
        this.#admit(connection, message, peer);
      },
      refused: (code) => {
        ports.log('warn', 'edge-refused', { code });
      },
    });
  }

  /** Takes a new connection; `peer` is the address by which wrong codes are counted. */
  attach(connection: Connection, peer: string): void {
    if (this.#closed) connection.close('shutting-down');
    else this.#door.attach(connection, peer);
  }

  /** What the pages show: the global model, the communities, and what their edges say of themselves. */
  tree(): TierTree {
    const { cloud, clock } = this.ports;
    const view = cloud.view();
    return {
      title: cloud.settings.title,
      version: view.version,
      communities: view.communities.map((community) =>
        treeCommunity(community, {
          nowMs: clock.now(),
          isHere: (edge) => this.#sessions.has(edge),
          sessionOf: (edge) => this.#lastSessions.get(edge),
        }),
      ),
    };
  }

  /** Calls `listener` after every change; returns how to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Ends every connection. */
  close(): void {
    this.#closed = true;
    this.#door.close();
    for (const session of this.#sessions.values()) session.close('shutting-down');
  }

  /** The same start and number are the same upload, also on another connection: it is merged once. */
  merge(session: EdgeSession, number: number, upload: CommunityUpload): Promise<GlobalModel> {
    const { seat, start } = session;
    const edge = edgeOf(session);
    const before = this.#taken.get(edge);
    if (before?.start === start && before.number >= number) return before.answer;
    const answer = this.ports.cloud.merge(upload, seat);
    this.#taken.set(edge, { start, number, answer });
    answer.then(
      () => {
        this.#changed();
      },
      () => {
        // What failed may be tried again under the same number.
        if (this.#taken.get(edge)?.answer === answer) this.#taken.delete(edge);
      },
    );
    return answer;
  }

  /** An edge counts as present for a merge while it works: one without devices holds nobody up. */
  heardNews(session: EdgeSession): void {
    if (this.#sessions.get(edgeOf(session)) !== session) return;
    const { cloud } = this.ports;
    const { community, seat } = session;
    if (session.isAtWork) cloud.arrive(community, seat);
    else cloud.leave(community, seat);
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  ended(session: EdgeSession, reason: string): void {
    const { community, seat } = session;
    const edge = edgeOf(session);
    if (this.#sessions.get(edge) !== session) return;
    this.#sessions.delete(edge);
    const name = this.ports.cloud.settings.communities[community] ?? '';
    this.ports.log('info', 'edge-gone', { community: name, seat, reason });
    this.ports.cloud.leave(community, seat);
    this.#changed();
  }

  #admit(connection: Connection, message: unknown, peer: string): void {
    const { ports } = this;
    const { access, cloud, log, run } = ports;
    const fault = tierGreetingFault(message, 'cloud');
    if (fault) throw fault;
    const hello = parseEdgeMessage(message);
    if (hello.type !== 'hello')
      throw new TesseraError('bad-message', 'The first message must be a greeting.');
    const wrongCode = access.checkJoinCode(hello.joinCode, peer);
    if (wrongCode)
      throw new TesseraError(wrongCode, 'This cloud asks its edges for a join code (--join-code).');
    requireSameSettings(hello.settings, cloud.settings);
    const community = this.#communityOf(hello);
    const { seat, token } = this.#seats.takeFor(hello, (index) =>
      this.#sessions.has(edgeOf({ community, seat: index })),
    );
    const edge = edgeOf({ community, seat });
    const before = this.#sessions.get(edge);
    this.#sessions.delete(edge);
    before?.refuse(new TesseraError('joined-elsewhere', 'This edge has connected once more.'));
    const session = new EdgeSession({ community, seat, start: hello.start, connection, peer }, this);
    this.#sessions.set(edge, session);
    this.#lastSessions.set(edge, session);
    session.tell({ type: 'welcome', protocol: PROTOCOL_VERSION, run, community, seat, token });
    log('info', 'edge-joined', { community: hello.community, seat });
    this.#changed();
  }

  #communityOf({ community, settings }: Hello): number {
    const { communities } = this.ports.cloud.settings;
    const index = communities.indexOf(community);
    if (index < 0)
      throw new TesseraError(
        'unknown-community',
        `This cloud has no community "${community}"; its communities are ${communities.join(', ')}.`,
      );
    if (settings.community !== index)
      throw new TesseraError(
        'unknown-community',
        `The edge of community "${community}" counts itself as number ${settings.community}; the cloud counts it as ${index}.`,
      );
    return index;
  }
}
