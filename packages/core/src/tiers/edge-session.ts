// The cloud's end of one edge: its connection from the welcome to the end, its uploads, its signs of life.
import type { CancelTimer } from '../clock.ts';
import type { GanSpec } from '../architecture/index.ts';
import {
  asTesseraError,
  type CloudMessage,
  type Connection,
  decodeFrameHeader,
  type EdgeMessage,
  type EdgeNews,
  ignoreClosed,
  MAXIMUM_CONTROL_BYTES,
  type Packet,
  parseEdgeMessage,
  RateLimit,
  refusal,
  TesseraError,
  type TierTree,
  withoutDevices,
} from '../protocol/index.ts';
import type { CommunityUpload, GlobalModel } from '../session/index.ts';
import { EDGE_MESSAGES_BURST, EDGE_MESSAGES_PER_SECOND, SILENCE_MS } from './limits.ts';
import {
  generatorTensors,
  globalTensors,
  maximumTierFrameBytes,
  modelFrame,
  readModelFrame,
} from './model-frames.ts';
import type { CloudHostPorts } from './ports.ts';

type Announced = EdgeMessage & { readonly type: 'upload' };

/** What a session needs of the cloud around it. */
export interface SessionHost {
  readonly ports: CloudHostPorts;
  readonly spec: GanSpec;
  /** Merges an upload, or gives the answer of the same one that came before. */
  merge(session: EdgeSession, number: number, upload: CommunityUpload): Promise<GlobalModel>;
  tree(): TierTree;
  /** The edge has said something of itself. */
  heardNews(session: EdgeSession): void;
  ended(session: EdgeSession, reason: string): void;
}

/** What a greeting has shown. */
export interface AdmittedEdge {
  readonly community: number;
  /** Which of the community's edges it is. */
  readonly seat: number;
  readonly start: number;
  readonly connection: Connection;
  /** The address that it comes from. */
  readonly peer: string;
}

/** Phases of a run in which an edge works towards its next upload: a synchronous merge waits for it. */
const AT_WORK: ReadonlySet<string> = new Set(['preparing', 'training', 'federating']);
const LOOPBACK = /^(::ffff:)?127\.|^::1$/;

/** One admitted edge. */
export class EdgeSession {
  /** Index in the run's list of communities. */
  readonly community: number;
  /** Which of the community's edges it is, counted from 0. */
  readonly seat: number;
  /** The edge's start, which with an upload's number tells a repeated upload. */
  readonly start: number;
  readonly #connection: Connection;
  /** It runs on the cloud's own machine. */
  readonly #isLocal: boolean;
  readonly #host: SessionHost;
  readonly #rate: RateLimit;
  #announced: Announced | undefined;
  #news: EdgeNews | undefined;
  #cancelSilence: CancelTimer = () => undefined;
  #lastHeardMs = 0;

  constructor({ community, seat, start, connection, peer }: AdmittedEdge, host: SessionHost) {
    this.community = community;
    this.seat = seat;
    this.start = start;
    this.#connection = connection;
    this.#isLocal = LOOPBACK.test(peer);
    this.#host = host;
    const { clock } = host.ports;
    this.#rate = new RateLimit(clock, { perSecond: EDGE_MESSAGES_PER_SECOND, burst: EDGE_MESSAGES_BURST });
    connection.onPacket((packet) => {
      this.#read(packet);
    });
    connection.onClose((reason) => {
      this.#cancelSilence();
      host.ended(this, reason);
    });
    this.#heard();
  }

  /** What the edge last said of itself. */
  get news(): EdgeNews | undefined {
    return this.#news;
  }

  /** It has devices and works: others wait for it. */
  get isAtWork(): boolean {
    return this.#news !== undefined && AT_WORK.has(this.#news.phase);
  }

  /** When it was last heard of, on the cloud's clock. */
  get lastHeardMs(): number {
    return this.#lastHeardMs;
  }

  tell(message: CloudMessage): void {
    this.#connection.send({ kind: 'control', message }).catch(ignoreClosed);
  }

  close(reason: string): void {
    this.#connection.close(reason);
  }

  /** Tells the edge why, then ends the connection. */
  refuse(error: unknown): void {
    const message = refusal(error);
    const close = () => {
      this.#connection.close(message.code);
    };
    this.#connection.send({ kind: 'control', message }).then(close, close);
  }

  #read(packet: Packet): void {
    this.#heard();
    try {
      if (packet.kind === 'frame') this.#readFrame(packet.bytes);
      else this.#readControl(packet.message);
    } catch (error) {
      this.#host.ports.log('warn', 'edge-refused', {
        community: this.#name,
        code: asTesseraError(error).code,
      });
      this.refuse(error);
    }
  }

  #readControl(raw: unknown): void {
    const bytes = JSON.stringify(raw ?? null).length;
    if (bytes > MAXIMUM_CONTROL_BYTES)
      throw new TesseraError('message-too-large', `A control message has ${bytes} bytes.`);
    if (!this.#rate.take())
      throw new TesseraError('too-many-messages', 'Messages came faster than an edge needs to send them.');
    const message = parseEdgeMessage(raw);
    switch (message.type) {
      case 'hello':
        throw new TesseraError('bad-message', 'A second greeting came.');
      case 'upload':
        this.#announced = message;
        return;
      case 'latest':
        void this.#answer(message.number, this.#host.ports.cloud.latest());
        return;
      case 'beat':
        this.#news = this.#isLocal ? message.news : withoutLocalUrls(message.news);
        this.#host.heardNews(this);
        this.tell({ type: 'tree', tree: withoutDevices(this.#host.tree()) });
        return;
      default:
        message satisfies never;
    }
  }

  #readFrame(bytes: Uint8Array): void {
    const { ports, spec } = this.#host;
    const header = decodeFrameHeader(bytes, maximumTierFrameBytes(spec));
    if (header.kind !== 'community')
      throw new TesseraError('bad-message', `An edge sends no frame of kind ${header.kind}.`);
    const announced = this.#announced;
    if (header.run !== ports.run || header.step !== announced?.number) return; // of another start, or not announced
    this.#announced = undefined;
    const { number, round, score, iterations, basedOn } = announced;
    let generator;
    try {
      generator = readModelFrame(bytes, generatorTensors(spec));
    } catch (error) {
      // The edge's numbers went astray, not its program: it is told so and may bring its next round.
      if (!(error instanceof TesseraError) || error.code !== 'tensor-not-finite') throw error;
      this.#fail(number, error);
      return;
    }
    const upload = { community: this.community, round, score, iterations, basedOn, generator };
    void this.#answer(number, this.#host.merge(this, number, upload));
  }

  async #answer(number: number, answer: Promise<GlobalModel | undefined>): Promise<void> {
    try {
      const model = await answer;
      if (!model) {
        this.tell({ type: 'none', number });
        return;
      }
      const { version, weights, generator, domainClassifier } = model;
      const specs = globalTensors(this.#host.spec, domainClassifier !== undefined);
      const place = { kind: 'global', run: this.#host.ports.run, round: version, number } as const;
      const bytes = modelFrame(place, new Map([...generator, ...(domainClassifier ?? [])]), specs);
      this.tell({
        type: 'global',
        number,
        version,
        weights: [...weights],
        classifier: domainClassifier !== undefined,
      });
      this.#connection.send({ kind: 'frame', bytes }).catch(ignoreClosed);
    } catch (error) {
      this.#fail(number, error);
    }
  }

  #fail(number: number, error: unknown): void {
    const code = error instanceof TesseraError ? error.code : 'server-error';
    const why = error instanceof Error ? error.message : String(error);
    this.#host.ports.log('warn', 'upload-failed', { community: this.#name, reason: why });
    this.tell({ type: 'failed', number, code, message: why.slice(0, 400) });
  }

  #heard(): void {
    const { clock } = this.#host.ports;
    this.#lastHeardMs = clock.now();
    this.#cancelSilence();
    this.#cancelSilence = clock.after(SILENCE_MS, () => {
      this.#connection.close('silent');
    });
  }

  get #name(): string {
    return this.#host.ports.cloud.settings.communities[this.community] ?? String(this.community);
  }
}

/** Addresses that only the edge's own machine can open are of no use to a device that asks a cloud elsewhere. */
function withoutLocalUrls(news: EdgeNews): EdgeNews {
  return { ...news, urls: news.urls.filter((url) => !/^https?:\/\/(localhost|127\.|\[::1\])/.test(url)) };
}
