// Where a thread's time goes, from V8's sampling profiler: no clock stands in the code that is measured.
import { Session, type Profiler } from 'node:inspector/promises';

/** What a thread may do; `other` is the run's own bookkeeping, and what the profiler cannot tell. */
export const ACTIVITIES = ['compute', 'encoding', 'wire', 'waiting', 'other'] as const;

/** Seconds that a thread spent on each. */
export type TimeShares = Record<(typeof ACTIVITIES)[number], number>;

const SAMPLE_EVERY_MICROSECONDS = 500;

/** Which code is what; the innermost function that matches decides. */
const CODE_OF: readonly (readonly [RegExp, keyof TimeShares])[] = [
  [/\/(protocol\/(frame[a-z-]*|encoding|int8)|tensors\/half)\.[jt]s$/, 'encoding'],
  [/\/(gan|nn|tensors)\/|@tensorflow/, 'compute'],
  [/socket\.io|engine\.io|\/ws\/|^node:(net|internal\/(stream|net|js_stream))/, 'wire'],
];

/** Profiles this thread until the returned function is called, which resolves to where its time went. */
export async function watchThread(): Promise<() => Promise<TimeShares>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_MICROSECONDS });
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    return sharesOf(profile);
  };
}

/** Adds up the samples of a profile by activity. */
export function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): TimeShares {
  const activities = activityOfNodes(nodes);
  const seconds: TimeShares = { compute: 0, encoding: 0, wire: 0, waiting: 0, other: 0 };
  samples.forEach((id, i) => {
    seconds[activities.get(id) ?? 'other'] += Math.max(0, timeDeltas[i] ?? 0) / 1e6;
  });
  return seconds;
}

/** A node without code of its own does what its caller does. */
function activityOfNodes(nodes: readonly Profiler.ProfileNode[]): Map<number, keyof TimeShares> {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const found = new Map<number, keyof TimeShares>();
  // Parents stand before their children.
  for (const { id, callFrame } of nodes) {
    const own = activityOf(callFrame);
    found.set(id, own ?? found.get(parents.get(id) ?? -1) ?? 'other');
  }
  return found;
}

function activityOf({ functionName, url }: Profiler.ProfileNode['callFrame']): keyof TimeShares | undefined {
  if (functionName === '(idle)') return 'waiting';
  return CODE_OF.find(([code]) => code.test(url))?.[1];
}
