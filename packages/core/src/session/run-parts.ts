// The parts of a run that know nothing of its loop, made from the last checkpoint or from the run's seed.
import type { CoordinatorProfile } from '../cut/index.ts';
import { type RunSettings, runSpec } from '../protocol/index.ts';
import { Admission } from './admission.ts';
import { BodyQueue } from './body-queue.ts';
import { Community } from './community.ts';
import { Commits } from './commits.ts';
import type { DeviceLink, LinkContext } from './device-link.ts';
import type { SessionEvent } from './events.ts';
import { Handouts } from './handouts.ts';
import { History } from './history.ts';
import type { RunPorts } from './ports.ts';
import { initialWeights, requireSameNetworks, weightsOf, withGlobal } from './run-weights.ts';
import type { SessionState } from './state.ts';
import { Stopwatch } from './stopwatch.ts';

export interface RunParts {
  readonly ports: RunPorts;
  readonly context: LinkContext;
  /** The last committed round as found on disk, -1 for none. */
  readonly committedRound: number;
  readonly links: Map<string, DeviceLink>;
  readonly members: Admission;
  readonly history: History;
  readonly stopwatch: Stopwatch;
  readonly commits: Commits;
  readonly body: BodyQueue;
  readonly handouts: Handouts;
  readonly community: Community;
  readonly bodyProfile: CoordinatorProfile;
  /** Rounds for which samples are kept. */
  readonly sampleRounds: readonly number[];
}

/** Loads the last checkpoint; throws an Error about one of other networks. */
export async function openRun(settings: RunSettings, ports: RunPorts): Promise<RunParts> {
  const { clock, access, store, log } = ports;
  const spec = runSpec(settings);
  const { checkpoint, notes } = await store.load();
  for (const note of notes) log('warn', 'checkpoint', { note });
  if (checkpoint) requireSameNetworks(checkpoint.settings, settings);
  const community = new Community(settings, ports);
  const own = checkpoint
    ? weightsOf(checkpoint)
    : initialWeights(spec, await ports.body.initial(settings.seed), settings);
  const newer = await community.newerThan(own.globalVersion);
  const weights = newer ? withGlobal(own, newer) : own;
  await ports.body.load(weights.body);
  const members = new Admission(settings, access, checkpoint?.members ?? []);
  const history = new History(checkpoint);
  const stopwatch = new Stopwatch(clock, checkpoint?.elapsedSeconds);
  const body = new BodyQueue(ports.body);
  const handouts = new Handouts({ settings, spec, body, log });
  const committedRound = checkpoint?.committedRound ?? -1;
  handouts.use(await handouts.make({ round: committedRound, weights, clusters: members.clusters() }));
  return {
    ports,
    context: { run: ports.newRunNumber(), settings, spec, clock },
    committedRound,
    links: new Map(),
    members,
    history,
    stopwatch,
    commits: new Commits({ settings, spec, clock, store, members, history, stopwatch, handouts }, weights),
    body,
    handouts,
    community,
    bodyProfile: await ports.body.profile(),
    sampleRounds: await store.sampleRounds(),
  };
}

/** The reducer as the work sees it. */
export interface RunHandle {
  state(): SessionState;
  dispatch(event: SessionEvent): void;
}
