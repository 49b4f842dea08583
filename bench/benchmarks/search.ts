// The genetic search for the cuts of 100 devices, as the coordinator runs it before a round.
import { cganSpec } from '@tessera/core/architecture';
import { chooseCuts, type DeviceProfile } from '@tessera/core/cut';
import { Random } from '@tessera/core/random';
import { type Benchmark, limitsOf } from '../benchmark.ts';
import { race, sideOf } from '../race.ts';

const DEVICES = 100;
/** Speeds of volunteers, from a phone to a workstation, and their links. */
const GIGAFLOPS = [2, 5, 20, 60, 200, 600, 2000];
const BYTES_PER_SECOND = [1e6, 5e6, 25e6];

/** Seven speeds and three links, mixed. */
export const searchBenchmark: Benchmark = {
  name: 'search',
  summary: `the genetic search for the cuts of ${DEVICES} devices`,
  usesEngine: false,
  async run(setting) {
    const devices = Array.from({ length: DEVICES }, (_, i) => ({ id: `device ${i}`, profile: profileOf(i) }));
    const coordinator = {
      compute: { kind: 'speed', gigaflopsPerSecond: 200 },
      exchangeSeconds: 0.001,
    } as const;
    const run = { spec: cganSpec(), batch: 16, encoding: 'float16', linkBytesPerSecond: 125e6 } as const;
    let generations = 0;
    const side = sideOf('search', () => {
      ({ generations } = chooseCuts(devices, coordinator, run, { random: new Random('search') }));
    });
    const { medianMs } = await race(side, [], limitsOf(setting));
    setting.report({
      name: `search, ${DEVICES} devices`,
      engine: 'none',
      batch: 16,
      width: 1,
      median_ms: medianMs,
      baseline: null,
      ratio: null,
      details: { generations },
    });
  },
};

function profileOf(i: number): DeviceProfile {
  const gigaflopsPerSecond = GIGAFLOPS[i % GIGAFLOPS.length] ?? 1;
  const bytes = BYTES_PER_SECOND[i % BYTES_PER_SECOND.length] ?? 1e6;
  return {
    compute: { kind: 'speed', gigaflopsPerSecond },
    exchangeSeconds: 0.002,
    uplinkBytesPerSecond: bytes,
    downlinkBytesPerSecond: bytes * 4,
    roundTripSeconds: 0.03,
  };
}
