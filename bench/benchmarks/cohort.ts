// Whole steps of 2, 8 and 32 devices against one coordinator over real sockets, and where their time goes.
import { type Benchmark, type Setting } from '../benchmark.ts';
import { withLiveCohort } from '../live-cohort.ts';
import { median } from '../race.ts';
import { ACTIVITIES, type TimeShares, watchThread } from '../time-shares.ts';

const COHORTS = [2, 8, 32];
const BATCH = 16;
const WIDTH = 1 / 4;
/** Steps before the ones that count. */
const WARM_UP_STEPS = 3;
const STEPS = 20;
const QUICK_STEPS = 5;

/** All devices share one process, the coordinator's middle and its sockets have a thread each. */
export const cohortBenchmark: Benchmark = {
  name: 'cohort',
  summary: 'whole steps of 2, 8 and 32 devices against one coordinator, with shares of time',
  usesEngine: true,
  async run(setting) {
    for (const devices of setting.quick ? COHORTS.slice(0, 2) : COHORTS) await measure(setting, devices);
  },
};

async function measure(setting: Setting, devices: number): Promise<void> {
  setting.progress(`cohort of ${devices}`);
  await withLiveCohort({ engine: setting.engine, devices, batch: BATCH, width: WIDTH }, async (cohort) => {
    await cohort.until(WARM_UP_STEPS);
    const stop = await watchThread();
    await cohort.ask('watch');
    const first = cohort.seconds.length;
    await cohort.until(first + (setting.quick ? QUICK_STEPS : STEPS));
    const shares = { coordinator: await stop(), devices: (await cohort.ask('stop')).shares };
    const { stepTime } = cohort.view();
    setting.report({
      name: `cohort of ${devices} devices`,
      engine: setting.engine,
      batch: BATCH,
      width: WIDTH,
      median_ms: median(cohort.seconds.slice(first)) * 1000,
      baseline: null,
      ratio: null,
      details: {
        body_ms: (stepTime?.body ?? 0) * 1000,
        ...named('devices', shares.devices),
        ...named('sockets', shares.coordinator),
      },
    });
  });
}

/** Shares of the whole, by activity. */
function named(thread: string, shares: TimeShares): Record<string, number> {
  const whole = ACTIVITIES.reduce((sum, name) => sum + shares[name], 0) || 1;
  return Object.fromEntries(ACTIVITIES.map((name) => [`${thread}_${name}`, shares[name] / whole]));
}
