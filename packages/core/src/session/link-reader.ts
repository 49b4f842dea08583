// Everything that a device may say, read strictly: what it means for the run, or the end of its connection.
import { MIN_IMAGES } from '../data/index.ts';
import {
  asTesseraError,
  decodeFrame,
  decodeFrameHeader,
  type DeviceMessage,
  frameBytes,
  frameEncoding,
  type FrameHeader,
  isErrorCode,
  judge,
  maximumFrameBytes,
  MAXIMUM_CONTROL_BYTES,
  type Packet,
  parseDeviceMessage,
  refusal,
  SPEED_CHECK_TENSORS,
  TesseraError,
} from '../protocol/index.ts';
import { strategyOf, travellingLayers } from '../strategy/index.ts';
import type { Assignment, DeviceLink, LinkContext } from './device-link.ts';
import type { History } from './history.ts';
import type { Judging } from './judging.ts';
import { MAXIMUM_SPEED_CHECKS } from './limits.ts';
import type { LogEvent } from './ports.ts';
import { currentRound } from './state.ts';
import { streamsOf } from './streams.ts';
import type { RoundWork } from './round-work.ts';
import type { RunHandle } from './run-parts.ts';

/** Whom the reader tells. */
export interface ReaderPorts extends RunHandle {
  readonly context: LinkContext;
  readonly log: LogEvent;
  readonly history: Pick<History, 'report' | 'reportAlone'>;
  readonly round: Pick<RoundWork, 'takeLayers' | 'preview' | 'stepReported'>;
  readonly judging: Pick<Judging, 'take'>;
}

/** Reads packets of admitted devices; an error closes at most the connection on which it came. */
export class LinkReader {
  readonly #ports: ReaderPorts;
  readonly #maximumFrame: number;

  constructor(ports: ReaderPorts) {
    this.#ports = ports;
    const { spec, settings } = ports.context;
    this.#maximumFrame = maximumFrameBytes({ spec, ...settings });
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
    link.received(bytes);
    if (bytes > MAXIMUM_CONTROL_BYTES) {
      throw new TesseraError('message-too-large', `A control message has ${bytes} bytes.`);
    }
    if (!link.mayTalk()) {
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
        if (samples < MIN_IMAGES) {
          throw new TesseraError('too-few-images', `A device with ${samples} images cannot take part.`);
        }
        link.introduction = { profile, samples, backend, adapter };
        this.#ports.dispatch({ type: 'profiled', id });
        return;
      }
      case 'ready':
        if (link.assignment?.attempt !== message.attempt || link.assignment.round !== message.round) return;
        link.ready = true;
        this.#ports.dispatch({ type: 'ready', id, round: message.round });
        return;
      case 'losses':
        link.lastStepSeconds = message.computeSeconds;
        if (this.#reportedAlone(link, message)) return;
        if (this.#ports.history.report(id, message))
          this.#ports.round.stepReported(link, message.round, message.computeSeconds);
        return;
      case 'judged':
        this.#ports.judging.take(id, message);
        return;
      case 'intent':
        this.#ports.dispatch({ type: 'intent', id, intent: message.intent });
        return;
      case 'step-failed':
        this.#ports.log('warn', 'step-failed', { device: id, code: message.code });
        this.#ports.dispatch({
          type: 'step-failed',
          id,
          round: message.round,
          step: message.step,
          code: isErrorCode(message.code) ? message.code : undefined,
        });
        return;
      default:
        message satisfies never;
    }
  }

  /** Whether devices step by themselves; then the report is one of those. */
  #reportedAlone({ id }: DeviceLink, report: DeviceMessage & { readonly type: 'losses' }): boolean {
    const state = this.#ports.state();
    const streams = streamsOf(state.phase);
    if (!streams) return false;
    const at = { round: currentRound(state), devices: streams.of.size };
    this.#ports.history.reportAlone(id, report, at);
    return true;
  }

  #readFrame(link: DeviceLink, bytes: Uint8Array): void {
    link.received(bytes.byteLength);
    const header = decodeFrameHeader(bytes, this.#maximumFrame);
    if (header.kind === 'speed-check') {
      this.#echo(link, bytes, header);
      return;
    }
    const { assignment } = link;
    // Before its 'ready' a frame belongs to a round or to a start that is over.
    if (!assignment || !link.ready || header.run !== this.#ports.context.run) return;
    switch (header.kind) {
      case 'exchange':
        this.#readExchange(link, assignment, { bytes, header });
        return;
      case 'layers':
        this.#readLayers(link, assignment, { bytes, header });
        return;
      case 'synthetic':
      case 'classifier':
      case 'community':
      case 'global':
        throw new TesseraError('bad-message', `A device sends no frame of kind ${header.kind}.`);
      case 'preview':
        this.#readPreview(link, assignment, { bytes, header });
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

  #readExchange(link: DeviceLink, assignment: Assignment, { bytes, header }: Arrival): void {
    const { expected } = link;
    // Without it the device is not, or no longer, in a step.
    if (!expected || link.up) return;
    const { run } = this.#ports.context;
    const verdict = judge({ run, ...expected }, header);
    if (verdict === 'duplicate' || verdict === 'stale') return;
    if (verdict === 'early') {
      throw new TesseraError('bad-message', 'A frame came for an exchange that has not begun.');
    }
    this.#requireEncoding(header);
    const { round, step, exchange } = expected;
    try {
      link.up = link.readUp(bytes, assignment, exchange);
    } catch (error) {
      if (!isNotFinite(error)) throw error;
      this.#ports.log('warn', 'tensor-not-finite', { device: link.id, round, step, exchange });
      this.#ports.dispatch({ type: 'step-failed', id: link.id, round, step, code: 'tensor-not-finite' });
      return;
    }
    this.#ports.dispatch({ type: 'up', id: link.id, round, step, exchange });
  }

  #readLayers(link: DeviceLink, assignment: Assignment, { bytes, header }: Arrival): void {
    const { phase } = this.#ports.state();
    if (phase.name !== 'federating' || !phase.awaited.has(link.id) || phase.round !== header.round) return;
    const event = { type: 'layers', id: link.id, round: header.round } as const;
    try {
      this.#requireEncoding(header);
      const { spec, settings } = this.#ports.context;
      const expected = travellingLayers(strategyOf(settings.strategy), spec, assignment.cut);
      this.#ports.round.takeLayers(link, assignment, decodeFrame(bytes, expected).tensors);
    } catch (error) {
      this.#ports.dispatch({ ...event, usable: false });
      throw error;
    }
    this.#ports.dispatch({ ...event, usable: true });
  }

  #readPreview(link: DeviceLink, assignment: Assignment, { bytes, header }: Arrival): void {
    if (link.previewed || header.round !== assignment.round) return;
    this.#requireEncoding(header);
    link.previewed = true;
    const head = link.readPreview(bytes, assignment).get('generator');
    void this.#ports.round.preview(link, assignment, head);
  }

  #requireEncoding({ kind, encoding }: FrameHeader): void {
    const wanted = frameEncoding(kind, this.#ports.context.settings.encoding);
    if (encoding !== wanted)
      throw new TesseraError(
        'frame-mismatch',
        `A frame of kind ${kind} is written as ${wanted} in this run.`,
      );
  }

  #refuse(link: DeviceLink, error: unknown): void {
    const message = refusal(error);
    this.#ports.log('warn', 'refused', { device: link.id, code: message.code });
    if (asTesseraError(error).closes) link.dismiss(message, message.code);
    else link.tell(message);
  }
}

/** A frame with its header. */
interface Arrival {
  readonly bytes: Uint8Array;
  readonly header: FrameHeader;
}

function isNotFinite(error: unknown): boolean {
  return error instanceof TesseraError && error.code === 'tensor-not-finite';
}
