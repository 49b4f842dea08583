// Bytes that a step moves, how long they take on a link that all devices share, and settings that keep within a budget.
import {
  cganSpec,
  exchangesOf,
  exchangeTensors,
  scheduleOf,
  SHALLOWEST_CUT,
  WIDTHS,
  type CganOptions,
  type Cut,
  type GanSpec,
  type Width,
} from '../architecture/index.ts';
import { encodedBytes, type Encoding } from '../tensors/index.ts';

/** What decides how much a step moves. */
export interface TrafficShape {
  readonly spec: GanSpec;
  readonly batch: number;
  readonly encoding: Encoding;
}

/** Tensor bytes of one exchange of one device, scales included. */
export interface ExchangeBytes {
  readonly up: number;
  readonly down: number;
}

/** A step slower than this on the shared link deserves a warning. */
export const SLOW_STEP_SECONDS = 5;
/** What a device may move in one step unless the link asks for less: 2 MB. */
export const DEVICE_STEP_BUDGET_BYTES = 2e6;
/** Batches on offer, from the paper's down to the fewest images that a device may bring. */
export const BATCHES = [64, 48, 32, 16] as const;

/** Bytes of the exchanges of a device with this cut, frame headers left out. */
export function exchangeBytes({ spec, batch, encoding }: TrafficShape, cut: Cut): ExchangeBytes[] {
  return exchangesOf(scheduleOf(cut)).map((exchange) => {
    const bytes = (direction: 'up' | 'down') =>
      exchangeTensors(spec, cut, batch, exchange, direction).reduce(
        (sum, { shape }) => sum + encodedBytes(encoding, shape),
        0,
      );
    return { up: bytes('up'), down: bytes('down') };
  });
}

/** Bytes that a device with this cut moves in a step, both ways together. */
export function stepBytes(shape: TrafficShape, cut: Cut): number {
  return exchangeBytes(shape, cut).reduce((sum, { up, down }) => sum + up + down, 0);
}

/** Seconds that a step takes on a link which all devices share, if nothing else took time; above 5 it is `slow`. */
export function sharedLinkStep(
  bytesPerDevice: number,
  devices: number,
  linkBytesPerSecond: number,
): { readonly bytes: number; readonly seconds: number; readonly slow: boolean } {
  const bytes = bytesPerDevice * devices;
  const seconds = bytes / linkBytesPerSecond;
  return { bytes, seconds, slow: seconds > SLOW_STEP_SECONDS };
}

/** What each of N devices may move in a step so that it stays below five seconds on their link, at most 2 MB. */
export function stepBudget(devices: number, linkBytesPerSecond: number): number {
  return Math.min(DEVICE_STEP_BUDGET_BYTES, (SLOW_STEP_SECONDS * linkBytesPerSecond) / devices);
}

/** Settings of a run that its traffic follows from. */
export interface TrafficSettings {
  readonly width: Width;
  readonly batch: number;
  readonly encoding: Encoding;
}

/**
 * The widest networks whose shallowest cuts keep within the budget, at the largest batch that then fits, in 16 bits; the
 * smallest settings where nothing fits. Settings that are given stay as they are.
 */
export function settingsWithinBudget(
  budgetBytes: number,
  networks: Omit<CganOptions, 'width'> = {},
  given: Partial<TrafficSettings> = {},
): TrafficSettings {
  const { width, batch, encoding = 'float16' } = given;
  const widths = width === undefined ? WIDTHS : ([width] as const);
  const batches = batch === undefined ? BATCHES : ([batch] as const);
  const candidates = widths.flatMap((w) => batches.map((b) => ({ width: w, batch: b, encoding })));
  const fits = (settings: TrafficSettings) => {
    const spec = cganSpec({ ...networks, width: settings.width });
    return stepBytes({ ...settings, spec }, SHALLOWEST_CUT) <= budgetBytes;
  };
  const smallest = { width: widths.at(-1) ?? width ?? 1 / 16, batch: batches.at(-1) ?? 16, encoding };
  return candidates.find(fits) ?? smallest;
}
