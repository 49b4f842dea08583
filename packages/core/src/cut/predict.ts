// The time of one step, exchange by exchange, and who holds it up.
import { EXCHANGES, type Cut, type Exchange } from '../architecture/index.ts';
import type { MeasuredModel } from './measured-cost.ts';
import type { DeviceProfile } from './profile.ts';

/** A device as cuts are chosen for it. */
export interface PlannedDevice {
  readonly id: string;
  readonly profile: DeviceProfile;
}

/**
 * One exchange: a barrier that ends with the slowest device, the shared link, or what the coordinator left over from the
 * exchange before; then the coordinator's compute.
 */
export interface ExchangePrediction {
  readonly exchange: Exchange;
  readonly slowestDevice: string;
  readonly slowestDeviceSeconds: number;
  /** What all devices' bytes take on the shared link. */
  readonly sharedLinkSeconds: number;
  /** What the coordinator still does after its answer of the exchange before. */
  readonly leftOverSeconds: number;
  readonly coordinatorSeconds: number;
  readonly seconds: number;
}

/** A whole step. */
export interface StepPrediction {
  readonly seconds: number;
  readonly exchanges: readonly ExchangePrediction[];
  /** Each device's own time in a step, without waiting for others. */
  readonly deviceSeconds: ReadonlyMap<string, number>;
}

/** Predicts a step of these devices with these cuts; the sum over the exchanges is the objective of the search. */
export function predictStep(
  model: MeasuredModel,
  devices: readonly (PlannedDevice & { readonly cut: Cut })[],
): StepPrediction {
  const own = devices.map(({ id, profile, cut }) => ({ id, seconds: model.device(profile)(cut) }));
  const bytes = devices.map(({ cut }) => model.bytes(cut));
  const body = devices.map(({ cut }) => model.bodySeconds(cut));
  const afterwards = devices.map(({ cut }) => model.bodySecondsAfterwards(cut));
  // All devices of a run have the same schedule, so that each has as many exchanges as any other.
  const exchanges = EXCHANGES.slice(0, own[0]?.seconds.length).map((exchange, index): ExchangePrediction => {
    const slowest = own.reduce(
      (longest, { id, seconds }) =>
        (seconds[index] ?? 0) > longest.seconds ? { id, seconds: seconds[index] ?? 0 } : longest,
      { id: '', seconds: 0 },
    );
    const sharedLinkSeconds = sum(bytes.map((row) => row[index] ?? 0)) / model.linkBytesPerSecond;
    const leftOverSeconds = sum(afterwards.map((row) => row.at(index - 1) ?? 0)); // before the first: the last
    const coordinatorSeconds = sum(body.map((row) => row[index] ?? 0)) + model.bodyExchangeSeconds;
    return {
      exchange,
      slowestDevice: slowest.id,
      slowestDeviceSeconds: slowest.seconds,
      sharedLinkSeconds,
      leftOverSeconds,
      coordinatorSeconds,
      seconds: Math.max(slowest.seconds, sharedLinkSeconds, leftOverSeconds) + coordinatorSeconds,
    };
  });
  return {
    seconds: sum(exchanges.map(({ seconds }) => seconds)),
    exchanges,
    deviceSeconds: new Map(own.map(({ id, seconds }) => [id, sum(seconds)])),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
