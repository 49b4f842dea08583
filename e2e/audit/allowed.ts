// The allow-list of the wire: every field of every message, every tensor of every frame; docs/what-is-sent.md in code.
import { type Cut, exchangeTensors, previewTensors, shownLabels } from '@tessera/core/architecture';
import { deviceParameters } from '@tessera/core/federate';
import {
  decodeFrame,
  decodeFrameHeader,
  type FrameHeader,
  judgedTensors,
  parseCoordinatorMessage,
  parseDeviceMessage,
  type RunSettings,
  runSpec,
  SPEED_CHECK_TENSORS,
  type TensorSpec,
} from '@tessera/core/protocol';
import { strategyOf, syntheticTensors } from '@tessera/core/strategy';
import type { Direction } from './recording-proxy.ts';
import type { WirePacket } from './socket-packets.ts';

const at = ['run', 'round', 'step'];
const block = ['forward', 'backward'];
const ends = ['head', 'tail'].flatMap((end) => block.map((part) => `${end}[].${part}`));

/** What a device may say: each message with its fields, '[]' for the entries of a list. */
const SAID_BY_DEVICES: Readonly<Record<string, readonly string[]>> = {
  hello: ['protocol', 'runId', 'joinCode', 'resume.token', 'resume.committedRound', 'name', 'kind'],
  ping: [],
  profile: [
    ...['samples', 'backend', 'adapter'],
    ...['exchangeSeconds', 'uplinkBytesPerSecond', 'downlinkBytesPerSecond', 'roundTripSeconds'].map(
      (name) => `profile.${name}`,
    ),
    ...['kind', 'batch'].map((name) => `profile.compute.${name}`),
    ...['generator', 'discriminator'].flatMap((network) =>
      ends.map((name) => `profile.compute.${network}.${name}`),
    ),
  ],
  ready: ['run', 'round', 'attempt'],
  losses: [...at, 'discriminatorReal', 'discriminatorFake', 'generator', 'computeSeconds'],
  judged: ['run', 'round', 'right', 'total'],
  intent: ['intent', 'reason'],
  'step-failed': [...at, 'code'],
};

/** What the coordinator may say; the schemas of the protocol say with which fields. */
const SAID_BY_COORDINATOR: readonly string[] = [
  ...['welcome', 'refused', 'standing', 'assignment', 'step', 'missed'],
  ...['federate', 'committed', 'abandoned'],
];
const FRAMES: readonly string[] = ['speed-check', 'preview', 'exchange', 'layers'];

/** Every kind of packet that may cross the wire, by direction. */
export const ALLOWED_KINDS: Readonly<Record<Direction, readonly string[]>> = {
  up: [...Object.keys(SAID_BY_DEVICES), ...FRAMES],
  down: [...SAID_BY_COORDINATOR, ...FRAMES, 'synthetic', 'classifier'],
};

/** What the audit has seen: how many of each kind, by direction ('up losses', 'down exchange'). */
export type Sightings = ReadonlyMap<string, number>;

/** Checks every packet against the allow-list; throws on the first that is not on it. */
export function checkPackets(packets: readonly WirePacket[]): Sightings {
  const seen = new Map<string, number>();
  const run: KnownRun = { cuts: new Map() };
  for (const { direction, packet } of packets) {
    const kind =
      packet.kind === 'frame'
        ? checkFrame(packet.bytes, direction, run)
        : direction === 'up'
          ? checkDeviceMessage(packet.message)
          : checkCoordinatorMessage(packet.message, run);
    if (!ALLOWED_KINDS[direction].includes(kind))
      throw new Error(`${kind} ${direction} is not on the allow-list`);
    const name = `${direction} ${kind}`;
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  return seen;
}

/** What the coordinator has told so far that later packets depend on. */
interface KnownRun {
  settings?: RunSettings;
  readonly cuts: Map<number, Cut>;
}

function checkDeviceMessage(message: unknown): string {
  const { type, ...rest } = parseDeviceMessage(message);
  const allowed = SAID_BY_DEVICES[type];
  const extra = fieldsOf(rest).find((field) => !allowed?.includes(field));
  if (!allowed || extra !== undefined)
    throw new Error(`a message outside the allow-list: ${type} ${extra ?? ''}`);
  return type;
}

function checkCoordinatorMessage(message: unknown, run: KnownRun): string {
  const parsed = parseCoordinatorMessage(message);
  if (parsed.type === 'welcome') run.settings = parsed.settings;
  if (parsed.type === 'assignment') run.cuts.set(parsed.round, parsed.cut);
  return parsed.type;
}

function checkFrame(bytes: Uint8Array, direction: Direction, { settings, cuts }: KnownRun): string {
  const header = decodeFrameHeader(bytes);
  if (!settings) throw new Error('a frame came before the welcome');
  const cut = cuts.get(header.round);
  decodeFrame(bytes, tensorsOf(header, direction, { settings, cut }));
  return header.kind;
}

/** Exactly what a frame of this kind holds; `decodeFrame` refuses anything more, less or else. */
function tensorsOf(
  { kind, exchange, round }: FrameHeader,
  direction: Direction,
  { settings, cut }: { readonly settings: RunSettings; readonly cut: Cut | undefined },
): readonly TensorSpec[] {
  const [spec, { batch, strategy }] = [runSpec(settings), settings];
  if (kind === 'speed-check') return SPEED_CHECK_TENSORS;
  if (kind === 'classifier') return judgedTensors(spec);
  if (!cut) throw new Error(`a frame of round ${round}, which has not been assigned`);
  switch (kind) {
    case 'layers':
      return deviceParameters(spec, cut);
    case 'preview':
      return previewTensors(spec, cut, shownLabels(spec).length, direction);
    case 'exchange':
      if (!isExchange(exchange)) throw new Error(`a frame of exchange ${exchange}`);
      return exchangeTensors(spec, cut, batch, exchange, direction);
    case 'synthetic': {
      const { synthetic } = strategyOf(strategy);
      if (!synthetic) throw new Error(`generated images in a run of ${strategy}`);
      return syntheticTensors(synthetic, spec);
    }
    case 'community':
    case 'global':
      throw new Error(`a frame of kind ${kind}, which passes between edge and cloud alone`);
  }
}

function isExchange(value: number): value is 1 | 2 | 3 | 4 | 5 | 6 {
  return value >= 1 && value <= 6;
}

function fieldsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [''];
  return Object.entries(value).flatMap(([key, inner]) => {
    const name = Array.isArray(value) ? '[]' : key;
    return fieldsOf(inner).map((rest) =>
      rest === '' || rest.startsWith('[') ? name + rest : `${name}.${rest}`,
    );
  });
}

/** Every number in the control messages of a device. */
export function numbersSaid(packets: readonly WirePacket[]): number[] {
  return packets.flatMap(({ direction, packet }) =>
    direction === 'up' && packet.kind === 'control' ? numbersIn(packet.message) : [],
  );
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}
