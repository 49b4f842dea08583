// Everything that a device may say, read strictly: what it means for the run, or the end of its connection.
import { deviceParameters } from '../federate/index.ts';
import {
  asTesseraError,
  decodeFrame,
  decodeFrameHeader,
  type DeviceMessage,
  frameBytes,
  type FrameHeader,
  judge,
  maximumFrameBytes,
  MAXIMUM_CONTROL_BYTES,
  type Packet,
  parseDeviceMessage,
  refusal,
  SPEED_CHECK_TENSORS,
  TesseraError,
} from '../protocol/index.ts';
import { type PlainTensor, tensorNamed } from '../tensors/index.ts';
import type { DeviceLink, LinkContext } from './device-link.ts';
import type { SessionEvent } from './events.ts';
import type { StepReport } from './history.ts';
import type { LogEvent } from './ports.ts';
import type { SessionState } from './state.ts';

/** Speed checks that a connection may ask for. */
const MAXIMUM_SPEED_CHECKS = 8;

/** What the reader tells the loop. */
export interface ReaderPorts {
  readonly context: LinkContext;
  state(): SessionState;
  dispatch(event: SessionEvent): void;
  report(report: StepReport): void;
  preview(link: DeviceLink, head: PlainTensor): void;
  readonly log: LogEvent;
}

/** Reads packets of admitted devices; an error closes at most the connection on which it came. */
export class LinkReader {
  readonly #ports: ReaderPorts;
  readonly #maximumFrame: number;

  constructor(ports: ReaderPorts) {
    this.#ports = ports;
    const { spec, settings } = ports.context;
    this.#maximumFrame = maximumFrameBytes({ spec, batch: settings.batch });
  }

  read(link: DeviceLink, packet: Packet): void {
    try {
      if (packet.kind === 'frame') this.#readFrame(link, packet.bytes);
      else this.#readControl(link, packet.message);
    } catch (error) {
      this.#refuse(link, error);
    }
  }

  #readControl(link: DeviceLink, raw: unknown): void {
    const bytes = JSON.stringify(raw ?? null).length;
    if (bytes > MAXIMUM_CONTROL_BYTES) {
      throw new TesseraError('message-too-large', `A control message has ${bytes} bytes.`);
    }
    if (!link.seen(bytes, true)) {
      throw new TesseraError('too-many-messages', 'Control messages came faster than allowed.');
    }
    this.#act(link, parseDeviceMessage(raw));
  }

  #act(link: DeviceLink, message: DeviceMessage): void {
    const { run } = this.#ports.context;
    if ('run' in message && message.run !== run) return; // of an earlier start
    const { id } = link;
    switch (message.type) {
      case 'hello':
        throw new TesseraError('bad-message', 'A second greeting came.');
      case 'ping':
        return;
      case 'profile': {
        const { profile, samples, backend, adapter } = message;
        link.introduction = { profile, samples, backend, adapter };
        this.#ports.dispatch({ type: 'profiled', id });
        return;
      }
      case 'ready':
        if (link.assignment?.round !== message.round) return;
        link.readyRound = message.round;
        this.#ports.dispatch({ type: 'ready', id, round: message.round });
        return;
      case 'losses': {
        link.lastStepSeconds = message.computeSeconds;
        this.#ports.report(message);
        return;
      }
      case 'intent':
        this.#ports.dispatch({ type: 'intent', id, intent: message.intent });
        return;
      case 'step-failed':
        this.#ports.log('warn', 'step-failed', { device: id, code: message.code });
        this.#ports.dispatch({ type: 'step-failed', id, round: message.round, step: message.step });
        return;
      default:
        message satisfies never;
    }
  }

  #readFrame(link: DeviceLink, bytes: Uint8Array): void {
    link.seen(bytes.byteLength, false);
    if (bytes.byteLength > this.#maximumFrame) {
      throw new TesseraError(
        'frame-too-large',
        `A frame has ${bytes.byteLength} bytes; ${this.#maximumFrame} is the most this run can need.`,
      );
    }
    const header = decodeFrameHeader(bytes);
    switch (header.kind) {
      case 'speed-check':
        this.#echo(link, bytes, header);
        return;
      case 'exchange':
        this.#readExchange(link, bytes, header);
        return;
      case 'layers':
        this.#readLayers(link, bytes, header);
        return;
      case 'preview':
        this.#readPreview(link, bytes, header);
        return;
      default:
        header.kind satisfies never;
    }
  }

  #echo(link: DeviceLink, bytes: Uint8Array, header: FrameHeader): void {
    if (bytes.byteLength !== frameBytes(SPEED_CHECK_TENSORS, header.encoding)) {
      throw new TesseraError('frame-mismatch', 'A speed check has the wrong size.');
    }
    link.speedChecks += 1;
    if (link.speedChecks > MAXIMUM_SPEED_CHECKS) {
      throw new TesseraError('too-many-messages', 'More speed checks came than a device needs.');
    }
    link.echo(bytes);
  }

  #readExchange(link: DeviceLink, bytes: Uint8Array, header: FrameHeader): void {
    const { assignment, expected } = link;
    const { run, settings } = this.#ports.context;
    // Without these the device is not in a step: its frame belongs to something that is over.
    if (!assignment || !expected || link.readyRound !== header.round || link.up) return;
    const verdict = judge({ run, ...expected }, header);
    if (verdict === 'duplicate' || verdict === 'stale') return;
    if (verdict === 'early') {
      throw new TesseraError('bad-message', 'A frame came for an exchange that has not begun.');
    }
    if (header.encoding !== settings.encoding) {
      throw new TesseraError('frame-mismatch', `This run's encoding is ${settings.encoding}.`);
    }
    const { round, step, exchange } = expected;
    try {
      link.up = link.readUp(bytes, assignment.cut, exchange);
    } catch (error) {
      if (error instanceof TesseraError && error.code === 'tensor-not-finite') {
        this.#ports.log('warn', 'tensor-not-finite', { device: link.id, round, step, exchange });
        this.#ports.dispatch({ type: 'step-failed', id: link.id, round, step });
        return;
      }
      throw error;
    }
    this.#ports.dispatch({ type: 'up', id: link.id, round, step, exchange });
  }

  #readLayers(link: DeviceLink, bytes: Uint8Array, header: FrameHeader): void {
    const { phase } = this.#ports.state();
    const { assignment } = link;
    const wanted = phase.name === 'federating' && phase.awaited.has(link.id) && phase.round === header.round;
    if (!wanted || !assignment || header.run !== this.#ports.context.run) return;
    const event = { type: 'layers', id: link.id, round: header.round } as const;
    try {
      link.layers = decodeFrame(bytes, deviceParameters(this.#ports.context.spec, assignment.cut)).tensors;
      this.#ports.dispatch({ ...event, usable: true });
    } catch (error) {
      this.#ports.dispatch({ ...event, usable: false });
      throw error;
    }
  }

  #readPreview(link: DeviceLink, bytes: Uint8Array, header: FrameHeader): void {
    const { assignment } = link;
    if (!assignment || link.previewing || header.run !== this.#ports.context.run) return;
    this.#ports.preview(link, tensorNamed(link.readPreview(bytes, assignment.cut), 'generator'));
  }

  #refuse(link: DeviceLink, error: unknown): void {
    const message = refusal(error);
    this.#ports.log('warn', 'refused', { device: link.id, code: message.code });
    link.refuse(message, asTesseraError(error).closes);
  }
}
