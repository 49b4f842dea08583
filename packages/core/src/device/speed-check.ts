// The speed check: what this device measures of itself, with the run's own blocks and over its own link.
import type { GanSpec, NetworkSpec } from '../architecture/index.ts';
import type { Clock } from '../clock.ts';
import { type BlockSeconds, calibrated, type DeviceProfile, movableBlocks } from '../cut/index.ts';
import { timeBlock, timeDeviceStep, timeReadBack } from '../gan/index.ts';
import type { AdamSettings } from '../nn/index.ts';
import type { Random } from '../random.ts';

/** Round trips timed; the fastest counts. */
const PINGS = 3;
/** The shortest time that a clock in a browser can tell from zero, in seconds. */
const SHORTEST_SECONDS = 1e-4;

/** The link as the check uses it. */
export interface LinkProbe {
  /** Resolves when a small message has been taken by the other side. */
  ping(): Promise<void>;
  /** Sends a large frame; resolves when it has been taken, and again when it is back. */
  probe(): Promise<{ readonly bytes: number; readonly returned: Promise<void> }>;
}

export interface SpeedCheckOptions {
  readonly spec: GanSpec;
  readonly batch: number;
  readonly optimiser: AdamSettings;
  readonly halves?: boolean;
  readonly besideLabels?: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly link: LinkProbe;
  /** Share done, 0 to 1. */
  readonly onProgress: (done: number) => void;
}

/** Measures compute and link; moves no weights of any run. */
export async function checkSpeed(options: SpeedCheckOptions): Promise<DeviceProfile> {
  const { spec, batch, onProgress } = options;
  const networks = [spec.generator, spec.discriminator] as const;
  const total = networks.reduce((sum, network) => {
    const { head, tail } = movableBlocks(network);
    return sum + head.length + tail.length;
  }, 3);
  let done = 0;
  const advance = () => {
    done += 1;
    onProgress(done / total);
  };
  const link = await measureLink(options);
  advance();
  const exchangeSeconds = await timeReadBack(options.clock);
  advance();
  const timeEnd = async (network: NetworkSpec, blocks: readonly number[]) => {
    const seconds: BlockSeconds[] = [];
    for (const index of blocks) {
      seconds.push(await timeBlock(network, index, { ...options, classes: spec.classes }));
      advance();
    }
    return seconds;
  };
  const timeNetwork = async (network: NetworkSpec) => {
    const { head, tail } = movableBlocks(network);
    return { head: await timeEnd(network, head), tail: await timeEnd(network, tail) };
  };
  const profile: DeviceProfile = {
    compute: {
      kind: 'measured',
      batch,
      generator: await timeNetwork(spec.generator),
      discriminator: await timeNetwork(spec.discriminator),
    },
    exchangeSeconds,
    ...link,
  };
  const seconds = await timeDeviceStep(options);
  advance();
  return calibrated(profile, { spec, batch, seconds });
}

async function measureLink({ link, clock }: SpeedCheckOptions) {
  const timed = async (action: () => Promise<unknown>) => {
    const startedMs = clock.now();
    await action();
    return Math.max(SHORTEST_SECONDS, (clock.now() - startedMs) / 1000);
  };
  let roundTripSeconds = Infinity;
  for (let i = 0; i < PINGS; i++)
    roundTripSeconds = Math.min(roundTripSeconds, await timed(() => link.ping()));
  const startedMs = clock.now();
  const { bytes, returned } = await link.probe();
  const upSeconds = (clock.now() - startedMs) / 1000 - roundTripSeconds;
  await returned;
  const totalSeconds = (clock.now() - startedMs) / 1000 - roundTripSeconds;
  const rate = (seconds: number) => bytes / Math.max(SHORTEST_SECONDS, seconds);
  return {
    roundTripSeconds,
    uplinkBytesPerSecond: rate(upSeconds),
    downlinkBytesPerSecond: rate(totalSeconds - Math.max(0, upSeconds)),
  };
}
