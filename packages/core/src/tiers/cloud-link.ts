// The edge's end: comes back by itself, brings uploads, and fetches the global model (the CloudPort of a live edge).
import type { CancelTimer } from '../clock.ts';
import { Retry } from '../device/retry.ts';
import type { GanSpec } from '../architecture/index.ts';
import {
  asTesseraError,
  ERRORS,
  isErrorCode,
  runSpec,
  TesseraError,
  type TierTree,
} from '../protocol/index.ts';
import type { CloudPort, CommunityUpload, GlobalModel } from '../session/index.ts';
import { CloudConnection } from './cloud-connection.ts';
import { BEAT_MS, REFUSED_RETRY_MS, RETURN_GRACE_MS } from './limits.ts';
import type { CloudLinkPorts, EdgeIdentity } from './ports.ts';
import { Questions, unreachable } from './questions.ts';

/** Where the edge stands with its cloud. */
export type CloudStanding =
  | { readonly standing: 'connecting' }
  | { readonly standing: 'connected' }
  | { readonly standing: 'away'; readonly reason: string }
  | { readonly standing: 'refused'; readonly code: string; readonly message: string };

/** One edge's link to its cloud, from its start to its end, over as many connections as it takes. */
export class CloudLink implements CloudPort {
  readonly #identity: EdgeIdentity;
  readonly #ports: CloudLinkPorts;
  readonly #spec: GanSpec;
  readonly #questions: Questions;
  readonly #retry: Retry;
  readonly #listeners = new Set<() => void>();
  #connection: CloudConnection | undefined;
  #standing: CloudStanding = { standing: 'connecting' };
  #tree: TierTree | undefined;
  #token: string | undefined;
  #seat: number | undefined;
  #cancelTimer: CancelTimer = () => undefined;
  /** The last upload, while it has not been merged. */
  #unbrought: CommunityUpload | undefined;
  #closed = false;

  /**
   * Resolves once the cloud has welcomed the edge, or a first try has failed: then the edge goes on by itself and the link
   * keeps trying. Throws the TesseraError with which the cloud refused, where trying again changes nothing.
   */
  static async open(identity: EdgeIdentity, ports: CloudLinkPorts): Promise<CloudLink> {
    const link = new CloudLink(identity, ports);
    link.#token = await ports.memory.load();
    await link.#first();
    return link;
  }

  private constructor(identity: EdgeIdentity, ports: CloudLinkPorts) {
    this.#identity = identity;
    this.#ports = ports;
    this.#spec = runSpec(identity.settings);
    this.#questions = new Questions(ports.clock, identity.settings.mergeSeconds);
    this.#retry = new Retry(ports.random);
  }

  get standing(): CloudStanding {
    return this.#standing;
  }

  /** Which of its community's edges it is, as its cloud last said. */
  get seat(): number | undefined {
    return this.#seat;
  }

  /** The three tiers as the cloud last told them. */
  get tree(): TierTree | undefined {
    return this.#tree;
  }

  /** Calls `listener` after every change; returns how to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Rejects with 'cloud-unreachable' where the cloud is away, or with what the cloud found wrong. An edge at work brings its
   * next round in place of one that got lost; one whose run is finished meanwhile brings its last one on its return.
   */
  async merge(upload: CommunityUpload): Promise<GlobalModel> {
    this.#unbrought = upload;
    const model = await this.#ask(upload);
    if (!model) throw unreachable('It gave no model for an upload.');
    if (this.#unbrought === upload) this.#unbrought = undefined;
    return model;
  }

  /** Undefined where there is none yet; rejects with 'cloud-unreachable' where the cloud is away. */
  latest(): Promise<GlobalModel | undefined> {
    return this.#ask();
  }

  /** Something changed that the cloud should know before the next beat. */
  tellNews(): void {
    if (this.#standing.standing === 'connected') this.#connection?.beat(this.#ports.news());
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer();
    this.#questions.failAll(unreachable('This edge is stopping.'));
    this.#connection?.close('left');
  }

  #ask(upload?: CommunityUpload): Promise<GlobalModel | undefined> {
    if (this.#standing.standing !== 'connected') return Promise.reject(this.#reason());
    const { question, answer } = this.#questions.ask(upload);
    this.#connection?.ask(question);
    return answer;
  }

  #reason(): TesseraError {
    const standing = this.#standing;
    if (standing.standing === 'refused') return unreachable(`It refuses this edge: ${standing.message}`);
    return unreachable(standing.standing === 'away' ? `${standing.reason}.` : 'It has not answered yet.');
  }

  #first(): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = this.onChange(() => {
        const { standing } = this.#standing;
        if (standing === 'connecting') return;
        stop();
        if (this.#standing.standing !== 'refused') resolve();
        else {
          const { code, message } = this.#standing;
          this.close();
          reject(new TesseraError(isErrorCode(code) ? code : 'server-error', message));
        }
      });
      void this.#connect();
    });
  }

  async #connect(): Promise<void> {
    if (this.#closed) return;
    const ports = this.#ports;
    try {
      const raw = await ports.connect();
      // It may have been closed while the connection was made; TypeScript takes the check above to hold still.
      if (this.#closed as boolean) {
        raw.close('left');
        return;
      }
      const connection: CloudConnection = new CloudConnection(
        raw,
        { ports, identity: this.#identity, spec: this.#spec, token: this.#token },
        {
          welcome: (token, seat) => {
            this.#seat = seat;
            this.#welcomed(connection, token);
          },
          answer: (number, model) => {
            this.#questions.answer(number, model);
          },
          failed: (number, error) => {
            this.#questions.fail(number, error);
          },
          tree: (tree) => {
            this.#tree = tree;
            this.#changed();
          },
          refused: (code, message) => {
            this.#refused(code, message);
          },
          closed: (reason) => {
            if (this.#connection === connection) this.#lost(reason);
          },
        },
      );
      this.#connection = connection;
    } catch (error) {
      this.#lost(error instanceof Error ? error.message.replace(/\.$/, '') : 'it cannot be reached');
    }
  }

  #welcomed(connection: CloudConnection, token: string): void {
    const { log, memory } = this.#ports;
    this.#retry.reset();
    if (token !== this.#token) {
      this.#token = token;
      memory.save(token).catch((error: unknown) => {
        log('warn', 'edge-token-not-kept', {
          reason: error instanceof Error ? error.message : String(error),
        });
      });
    }
    log('info', 'cloud-connected');
    this.#questions.back();
    this.#stand({ standing: 'connected' });
    for (const question of this.#questions.open) connection.ask(question);
    this.#beat(connection);
    if (this.#questions.open.length === 0) void this.#bringLast();
  }

  /** No round follows that would bring what the last one came to. */
  async #bringLast(): Promise<void> {
    const { log } = this.#ports;
    if (!this.#unbrought || this.#ports.news().phase !== 'finished') return;
    const { round } = this.#unbrought;
    try {
      const { version } = await this.merge(this.#unbrought);
      log('info', 'merged', { round, version });
    } catch (error) {
      log('warn', 'upload-failed', { round, reason: asTesseraError(error).message });
    }
  }

  #beat(connection: CloudConnection): void {
    connection.beat(this.#ports.news());
    this.#cancelTimer = this.#ports.clock.after(BEAT_MS, () => {
      this.#beat(connection);
    });
  }

  #refused(code: string, message: string): void {
    this.#ports.log('warn', 'cloud-refused', { code, reason: message });
    const retryable = isErrorCode(code) && ERRORS[code].retryable;
    const first = this.#standing.standing === 'connecting';
    if (retryable && !(first && code === 'community-taken')) return; // its close is what counts
    this.#stand({ standing: 'refused', code, message });
    this.#questions.failAll(unreachable(`It refuses this edge: ${message}`));
  }

  #lost(reason: string): void {
    this.#cancelTimer();
    this.#connection = undefined;
    if (this.#closed) return;
    const { clock, log } = this.#ports;
    if (this.#standing.standing === 'connected') {
      log('warn', 'cloud-lost', { reason });
      this.#questions.lost(`${reason}; no way back within ${RETURN_GRACE_MS / 1000} s.`);
    }
    const refused = this.#standing.standing === 'refused';
    if (!refused) this.#stand({ standing: 'away', reason });
    this.#cancelTimer = clock.after(refused ? REFUSED_RETRY_MS : this.#retry.next(), () => {
      void this.#connect();
    });
  }

  #stand(standing: CloudStanding): void {
    this.#standing = standing;
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
