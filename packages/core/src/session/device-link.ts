// The coordinator's end of one device: its connection, its assignment, and what has come for the current exchange.
import {
  exchangeTensors,
  previewTensors,
  type Cut,
  type Exchange,
  type GanSpec,
} from '../architecture/index.ts';
import type { Clock } from '../clock.ts';
import type { DeviceProfile } from '../cut/index.ts';
import {
  type CoordinatorMessage,
  type Connection,
  decodeFrame,
  encodeFrame,
  type FrameHeader,
  RateLimit,
  type RunSettings,
  withCredit,
} from '../protocol/index.ts';
import type { NamedTensors } from '../tensors/index.ts';

/** What a device was given for a round. */
export interface Assignment {
  readonly round: number;
  readonly cut: Cut;
  readonly predictedStepSeconds: number;
}

/** What the device said of itself. */
export interface Introduction {
  readonly profile: DeviceProfile;
  readonly samples: number;
  readonly backend: string;
  readonly adapter: string;
}

/** What every link of a run shares. */
export interface LinkContext {
  readonly run: number;
  readonly settings: RunSettings;
  readonly spec: GanSpec;
  readonly clock: Clock;
}

/** One device's connection from its welcome to its end. */
export class DeviceLink {
  readonly id: string;
  readonly #context: LinkContext;
  readonly #connection: Connection;
  readonly #rate: RateLimit;
  introduction: Introduction | undefined;
  assignment: Assignment | undefined;
  /** The round for which the device said 'ready'; frames before that belong to something undone. */
  readyRound: number | undefined;
  /** The exchange whose upward frame may come now. */
  expected: { readonly round: number; readonly step: number; readonly exchange: Exchange } | undefined;
  up: NamedTensors | undefined;
  layers: NamedTensors | undefined;
  previewing = false;
  speedChecks = 0;
  lastStanding = '';
  lastSeenMs: number;
  lastStepSeconds: number | undefined;
  bytesReceived = 0;
  bytesSent = 0;

  constructor(id: string, connection: Connection, context: LinkContext) {
    this.id = id;
    this.#context = context;
    this.#connection = withCredit(connection, context.clock);
    this.lastSeenMs = context.clock.now();
    this.#rate = new RateLimit(context.clock);
  }

  /** The connection with its sending side bounded. */
  get connection(): Connection {
    return this.#connection;
  }

  /** Counts a received packet; false when the device talks faster than allowed. */
  seen(bytes: number, isControl: boolean): boolean {
    this.lastSeenMs = this.#context.clock.now();
    this.bytesReceived += bytes;
    return !isControl || this.#rate.take();
  }

  /** Sends a control message; a connection that closed meanwhile is noticed elsewhere. */
  tell(message: CoordinatorMessage): void {
    this.#connection.send({ kind: 'control', message }).catch(ignoreClosed);
  }

  /** Tells the device what was wrong, and ends the connection where the error asks for it. */
  refuse(message: CoordinatorMessage & { type: 'refused' }, closes: boolean): void {
    const close = () => {
      if (closes) this.#connection.close(message.code);
    };
    this.#connection.send({ kind: 'control', message }).then(close, close);
  }

  /** Sends an exchange's downward tensors. */
  sendDown(at: { round: number; step: number; exchange: Exchange }, tensors: NamedTensors): void {
    this.#sendFrame({ kind: 'exchange', ...at }, tensors);
  }

  /** Sends the device's part of the network for a round, in full precision. */
  sendLayers(round: number, layers: NamedTensors): void {
    this.#sendFrame({ kind: 'layers', round, step: 0, exchange: 0, encoding: 'float32' }, layers);
  }

  sendPreview(round: number, tensors: NamedTensors): void {
    this.#sendFrame({ kind: 'preview', round, step: 0, exchange: 0 }, tensors);
  }

  /** Sends a speed check's bytes back as they came. */
  echo(bytes: Uint8Array): void {
    this.#send(bytes);
  }

  /** Unpacks the exchange frame that `expected` waits for; throws a TesseraError for anything else. */
  readUp(bytes: Uint8Array, cut: Cut, exchange: Exchange): NamedTensors {
    const { spec, settings } = this.#context;
    return decodeFrame(bytes, exchangeTensors(spec, cut, settings.batch, exchange, 'up')).tensors;
  }

  readPreview(bytes: Uint8Array, cut: Cut): NamedTensors {
    const { spec } = this.#context;
    return decodeFrame(bytes, previewTensors(spec, cut, spec.classes, 'up')).tensors;
  }

  /** Forgets everything of the round in progress. */
  leaveRound(): void {
    this.assignment = undefined;
    this.readyRound = undefined;
    this.expected = undefined;
    this.up = undefined;
    this.layers = undefined;
  }

  #sendFrame(
    header: Omit<FrameHeader, 'run' | 'encoding'> & { readonly encoding?: FrameHeader['encoding'] },
    tensors: NamedTensors,
  ): void {
    const { run, settings } = this.#context;
    this.#send(encodeFrame({ header: { encoding: settings.encoding, ...header, run }, tensors }));
  }

  #send(bytes: Uint8Array): void {
    this.bytesSent += bytes.byteLength;
    this.#connection.send({ kind: 'frame', bytes }).catch(ignoreClosed);
  }
}

/** A send fails only with its connection, whose close is handled where it is received. */
function ignoreClosed(): void {
  // Nothing to do here.
}
