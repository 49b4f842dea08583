// The coordinator's end of one device: its connection, its assignment, and what has come for the current exchange.
import {
  exchangeTensors,
  previewTensors,
  shownLabels,
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
  type FrameHeader,
  FrameWriter,
  ignoreClosed,
  RateLimit,
  type RunSettings,
} from '../protocol/index.ts';
import { Random } from '../random.ts';
import { syntheticFrame } from '../strategy/index.ts';
import type { NamedTensors, PlainTensor } from '../tensors/index.ts';

/** What a device was given for a round. */
export interface Assignment {
  readonly round: number;
  /** Which of this start's attempts at rounds it belongs to: an abandoned round is tried again under its number. */
  readonly attempt: number;
  readonly cut: Cut;
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
  /** This start of the coordinator. */
  readonly run: number;
  readonly settings: RunSettings;
  readonly spec: GanSpec;
  readonly clock: Clock;
}

/** A place in the round: which exchange of which step. */
export interface ExchangePlace {
  readonly round: number;
  readonly step: number;
  readonly exchange: Exchange;
}

/** One device's connection from its welcome to its end. */
export class DeviceLink {
  readonly id: string;
  /** Its sending side is bounded. */
  readonly connection: Connection;
  readonly #context: LinkContext;
  readonly #rate: RateLimit;
  readonly #writer: FrameWriter;
  introduction: Introduction | undefined;
  #assignment: Assignment | undefined;
  /** The device said 'ready' to its assignment; frames before that belong to something undone. */
  ready = false;
  /** The exchange whose upward frame may come now. */
  expected: ExchangePlace | undefined;
  /** The frame that came for it. */
  up: NamedTensors | undefined;
  /** The one preview of this assignment has been asked for. */
  previewed = false;
  speedChecks = 0;
  lastStanding = '';
  lastSeenMs: number;
  lastStepSeconds: number | undefined;
  bytesReceived = 0;
  bytesSent = 0;

  constructor(id: string, connection: Connection, context: LinkContext) {
    this.id = id;
    this.connection = connection;
    this.#context = context;
    this.#rate = new RateLimit(context.clock);
    const { encoding, seed } = context.settings;
    this.#writer = new FrameWriter(encoding, new Random(`${seed}/rounding/${id}`));
    this.lastSeenMs = context.clock.now();
  }

  get assignment(): Assignment | undefined {
    return this.#assignment;
  }

  /** Gives the device its part in a round; whatever it had before is over. */
  assign(assignment: Assignment): void {
    this.leaveRound();
    this.#assignment = assignment;
  }

  /** Forgets everything of the round in progress. */
  leaveRound(): void {
    this.#writer.forget();
    this.#assignment = undefined;
    this.ready = false;
    this.previewed = false;
    this.leaveStep();
  }

  /** Forgets everything of the step in progress. */
  leaveStep(): void {
    this.expected = undefined;
    this.up = undefined;
  }

  /** Counts what came. */
  received(bytes: number): void {
    this.lastSeenMs = this.#context.clock.now();
    this.bytesReceived += bytes;
  }

  /** Whether the device may say something now; false when it talks faster than the protocol allows. */
  mayTalk(): boolean {
    return this.#rate.take();
  }

  /** Sends a control message; a connection that closed meanwhile is noticed elsewhere. */
  tell(message: CoordinatorMessage): void {
    this.bytesSent += JSON.stringify(message).length;
    this.connection.send({ kind: 'control', message }).catch(ignoreClosed);
  }

  /** Sends a last message, then ends the connection. */
  dismiss(message: CoordinatorMessage, reason: string): void {
    const close = () => {
      this.connection.close(reason);
    };
    this.connection.send({ kind: 'control', message }).then(close, close);
  }

  /** Sends an exchange's downward tensors; throws a TesseraError about numbers that are not finite. */
  sendDown(at: ExchangePlace, tensors: NamedTensors): void {
    this.#sendFrame({ kind: 'exchange', ...at }, tensors);
  }

  /** Sends the device's part of the network for a round, in full precision. */
  sendLayers(round: number, layers: NamedTensors): void {
    this.#sendFrame({ kind: 'layers', round, step: 0, exchange: 0 }, layers);
  }

  /** Sends the generated images that the device is given for a round; they go before its layers. */
  sendSynthetic(round: number, images: PlainTensor): void {
    this.#sendFrame({ kind: 'synthetic', round, step: 0, exchange: 0 }, syntheticFrame(images));
  }

  /** Sends a classifier to be judged, in full precision. */
  sendClassifier(round: number, values: NamedTensors): void {
    this.#sendFrame({ kind: 'classifier', round, step: 0, exchange: 0 }, values);
  }

  /** Sends the body's half of a preview. */
  sendPreview(round: number, tensors: NamedTensors): void {
    this.#sendFrame({ kind: 'preview', round, step: 0, exchange: 0 }, tensors);
  }

  /** Sends a speed check's bytes back as they came. */
  echo(bytes: Uint8Array): void {
    this.#send(bytes);
  }

  /** Unpacks an exchange's upward frame; throws a TesseraError for anything else. */
  readUp(bytes: Uint8Array, { cut }: Assignment, exchange: Exchange): NamedTensors {
    const { spec, settings } = this.#context;
    return decodeFrame(bytes, exchangeTensors(spec, cut, settings.batch, exchange, 'up')).tensors;
  }

  /** Unpacks a preview's upward frame; throws a TesseraError for anything else. */
  readPreview(bytes: Uint8Array, { cut }: Assignment): NamedTensors {
    const { spec } = this.#context;
    return decodeFrame(bytes, previewTensors(spec, cut, shownLabels(spec).length, 'up')).tensors;
  }

  #sendFrame(header: Omit<FrameHeader, 'run' | 'encoding'>, tensors: NamedTensors): void {
    this.#send(this.#writer.write({ ...header, run: this.#context.run }, tensors));
  }

  #send(bytes: Uint8Array): void {
    this.bytesSent += bytes.byteLength;
    this.connection.send({ kind: 'frame', bytes }).catch(ignoreClosed);
  }
}
