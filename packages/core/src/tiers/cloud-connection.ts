// The edge's end of one connection to its cloud: greets, asks, and reads strictly what is answered.
import type { CancelTimer } from '../clock.ts';
import type { GanSpec } from '../architecture/index.ts';
import {
  asTesseraError,
  type CloudMessage,
  type Connection,
  decodeFrameHeader,
  type EdgeMessage,
  type EdgeNews,
  HANDSHAKE_DEADLINE_MS,
  ignoreClosed,
  isErrorCode,
  type Packet,
  parseCloudMessage,
  PROTOCOL_VERSION,
  TesseraError,
  tierGreetingFault,
  type TierTree,
  withCredit,
} from '../protocol/index.ts';
import type { GlobalModel } from '../session/index.ts';
import { SILENCE_MS } from './limits.ts';
import { generatorTensors, globalTensors, modelFrame, readModelFrame } from './model-frames.ts';
import type { CloudLinkPorts, EdgeIdentity } from './ports.ts';
import type { Question } from './questions.ts';

/** Who hears what the cloud says. */
export interface CloudListener {
  welcome(token: string, seat: number): void;
  answer(number: number, model: GlobalModel | undefined): void;
  failed(number: number, error: TesseraError): void;
  tree(tree: TierTree): void;
  refused(code: string, message: string): void;
  closed(reason: string): void;
}

export interface CloudConnectionParts {
  readonly ports: CloudLinkPorts;
  readonly identity: EdgeIdentity;
  readonly spec: GanSpec;
  readonly token: string | undefined;
}

type Announced = CloudMessage & { readonly type: 'global' };

/** From the greeting to the close. */
export class CloudConnection {
  readonly #connection: Connection;
  readonly #parts: CloudConnectionParts;
  readonly #listener: CloudListener;
  /** The cloud's start, once it has welcomed the edge. */
  #run: number | undefined;
  #announced: Announced | undefined;
  #greeted = false;
  #cancelSilence: CancelTimer;

  constructor(raw: Connection, parts: CloudConnectionParts, listener: CloudListener) {
    const { clock } = parts.ports;
    this.#connection = withCredit(raw, clock);
    this.#parts = parts;
    this.#listener = listener;
    this.#cancelSilence = clock.after(HANDSHAKE_DEADLINE_MS, () => {
      this.close('the cloud did not answer the greeting');
    });
    this.#connection.onClose((reason) => {
      this.#cancelSilence();
      listener.closed(reason);
    });
    this.#connection.onPacket((packet) => {
      this.#hear(packet);
    });
    this.#greet();
  }

  /** Asks for the newest model, or brings an upload. */
  ask({ number, upload }: Question): void {
    if (!upload) {
      this.#tell({ type: 'latest', number });
      return;
    }
    const { round, score, iterations, basedOn, generator } = upload;
    const place = { kind: 'community', run: this.#run ?? 0, round, number } as const;
    let bytes;
    try {
      bytes = modelFrame(place, generator, generatorTensors(this.#parts.spec));
      if (!Number.isFinite(score))
        throw new TesseraError('tensor-not-finite', `The score of round ${round} is no finite number.`);
    } catch (error) {
      this.#listener.failed(number, asTesseraError(error));
      return;
    }
    this.#tell({ type: 'upload', number, round, score, iterations, basedOn });
    this.#connection.send({ kind: 'frame', bytes }).catch(ignoreClosed);
  }

  beat(news: EdgeNews): void {
    this.#tell({ type: 'beat', news });
  }

  close(reason: string): void {
    this.#connection.close(reason);
  }

  #greet(): void {
    const { identity, token } = this.#parts;
    const { community, start, settings, joinCode } = identity;
    this.#tell({
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      community,
      start,
      settings,
      ...(joinCode !== undefined && { joinCode }),
      ...(token !== undefined && { token }),
    });
  }

  #tell(message: EdgeMessage): void {
    this.#connection.send({ kind: 'control', message }).catch(ignoreClosed);
  }

  #hear(packet: Packet): void {
    try {
      if (packet.kind === 'frame') this.#hearFrame(packet.bytes);
      else this.#hearMessage(packet.message);
    } catch (error) {
      const { code, message } = asTesseraError(error);
      this.#listener.refused(code, message);
      this.close(code);
    }
  }

  #hearMessage(raw: unknown): void {
    if (!this.#greeted && !isRefusal(raw)) {
      const fault = tierGreetingFault(raw, 'edge');
      if (fault) throw fault;
    }
    const message = parseCloudMessage(raw);
    if (message.type === 'refused') {
      this.#listener.refused(message.code, message.message);
      return;
    }
    if (message.type === 'welcome') {
      if (this.#greeted) throw new TesseraError('bad-message', 'A second welcome came.');
      this.#greeted = true;
      this.#run = message.run;
      this.#heard();
      this.#listener.welcome(message.token, message.seat);
      return;
    }
    this.#heard();
    switch (message.type) {
      case 'global':
        this.#announced = message;
        return;
      case 'none':
        this.#listener.answer(message.number, undefined);
        return;
      case 'failed': {
        const code = isErrorCode(message.code) ? message.code : 'server-error';
        this.#listener.failed(message.number, new TesseraError(code, message.message));
        return;
      }
      case 'tree':
        this.#listener.tree(message.tree);
        return;
      default:
        message satisfies never;
    }
  }

  #hearFrame(bytes: Uint8Array): void {
    this.#heard();
    const header = decodeFrameHeader(bytes);
    const announced = this.#announced;
    if (header.kind !== 'global' || header.run !== this.#run || header.step !== announced?.number) return;
    this.#announced = undefined;
    const { spec } = this.#parts;
    const own = generatorTensors(spec);
    const tensors = [...readModelFrame(bytes, globalTensors(spec, announced.classifier))];
    const { number, version, weights } = announced;
    this.#listener.answer(number, {
      version,
      weights: new Map(weights),
      generator: new Map(tensors.slice(0, own.length)),
      ...(announced.classifier && { domainClassifier: new Map(tensors.slice(own.length)) }),
    });
  }

  #heard(): void {
    this.#cancelSilence();
    this.#cancelSilence = this.#parts.ports.clock.after(SILENCE_MS, () => {
      this.close(`not a word for ${SILENCE_MS / 1000} s`);
    });
  }
}

function isRefusal(raw: unknown): boolean {
  return typeof raw === 'object' && raw !== null && 'type' in raw && raw.type === 'refused';
}
