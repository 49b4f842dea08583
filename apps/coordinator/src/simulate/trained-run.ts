// What an experiment trains: one run below a coordinator, or an edge for each community below a cloud.
import { join } from 'node:path';
import type { GanSpec } from '@tessera/core/architecture';
import { type LocalBody, runBody } from '@tessera/core/body';
import { systemClock } from '@tessera/core/clock';
import type { DeviceEngine } from '@tessera/core/device';
import { type RunSettings, runSpec } from '@tessera/core/protocol';
import type { LogEvent, RunView } from '@tessera/core/session';
import { SimulatedRun, SimulatedTiers, type SimulatedTime } from '@tessera/core/simulation';
import { strategyOf } from '@tessera/core/strategy';
import type { NamedTensors } from '@tessera/core/tensors';
import { CloudStore, RunStore } from '../store/index.ts';
import { communitiesOf } from './communities.ts';
import type { ExperimentDevice } from './devices.ts';
import { DEFAULT_CLOUD_LINK, type Experiment } from './experiment.ts';
import { coordinatorOf, sharedLinkOf } from './fleet.ts';

/** A run, of however many tiers, as the laboratory sees it. */
export interface TrainedRun {
  readonly settings: RunSettings;
  readonly spec: GanSpec;
  /** Draws and scores. */
  readonly body: LocalBody;
  /** The last round that all have committed. */
  readonly committedRound: number;
  readonly place: SimulatedRun['loop']['place'];
  /** Bytes between edges and cloud since this start; undefined without a cloud. */
  readonly cloudTraffic: { readonly up: number; readonly down: number } | undefined;
  /** Of all devices. */
  view(): RunView;
  /** The same as each coordinator or edge was when the layers of its last round had come: devices leave a run that ends. */
  roundView(): RunView;
  /** By group; of three tiers the global one. */
  generators(): ReadonlyMap<number, NamedTensors>;
  /** Those of the communities as they came to their last merge; none without a cloud. */
  communityGenerators(): readonly NamedTensors[];
  onChange(listener: () => void): () => void;
  untilRounds(committed: number, signal?: AbortSignal): Promise<void>;
  slow(name: string, factor: number): void;
  close(): Promise<void>;
}

export interface TrainedRunOptions {
  readonly experiment: Experiment;
  readonly settings: RunSettings;
  readonly time: SimulatedTime;
  readonly devices: readonly ExperimentDevice[];
  /** Where the run and the cloud are kept. */
  readonly folder: string;
  readonly engine: DeviceEngine;
  readonly start: number;
  readonly log: LogEvent;
}

/** Opens the run that the experiment's strategy asks for; all devices join. */
export function openRun(options: TrainedRunOptions): Promise<TrainedRun> {
  return strategyOf(options.experiment.strategy).tiers ? openTiers(options) : openOne(options);
}

async function openOne(options: TrainedRunOptions): Promise<TrainedRun> {
  const { settings, folder, devices } = options;
  const body = runBody(settings, { engine: options.engine, clock: systemClock });
  const run = await SimulatedRun.open({
    ...shared(options),
    settings,
    body,
    devices,
    store: new RunStore(folder),
  });
  const { loop } = run;
  return {
    settings: loop.settings,
    spec: loop.spec,
    body,
    cloudTraffic: undefined,
    get committedRound() {
      return loop.committedRound;
    },
    get place() {
      return loop.place;
    },
    view: () => loop.view(),
    roundView: viewOfRounds(loop),
    generators: () => loop.generators(),
    communityGenerators: () => [],
    onChange: (listener) => loop.onChange(listener),
    untilRounds: (committed, signal) => run.untilRounds(committed, signal),
    slow: (name, factor) => {
      run.slow(name, factor);
    },
    close: async () => {
      await run.close();
      body.dispose();
    },
  };
}

async function openTiers(options: TrainedRunOptions): Promise<TrainedRun> {
  const { experiment, settings, folder, devices, engine, log } = options;
  const communities = communitiesOf(experiment);
  const bodies = communities.map((_, community) =>
    runBody({ ...settings, community }, { engine, clock: systemClock }),
  );
  const [body] = bodies;
  if (!body) throw new RangeError('an experiment has at least one community');
  const { megabitsPerSecond, roundTripMilliseconds } = experiment.tiers?.cloud ?? DEFAULT_CLOUD_LINK;
  const tiers = await SimulatedTiers.open({
    settings,
    time: options.time,
    cloud: {
      store: new CloudStore(join(folder, 'cloud'), (note) => {
        log('warn', 'cloud', { note });
      }),
      line: { bytesPerSecond: (megabitsPerSecond * 1e6) / 8, roundTripSeconds: roundTripMilliseconds / 1000 },
      log,
    },
    edges: bodies.map((own, community) => ({
      ...shared(options),
      body: own,
      store: new RunStore(join(folder, `edge-${community + 1}`)),
      devices: devices.filter((device) => device.community === community),
    })),
  });
  const [first] = tiers.edges;
  if (!first) throw new RangeError('an experiment has at least one community');
  const [initial] = first.loop.generators().values();
  const newest = (await tiers.cloud.latest())?.generator ?? initial;
  if (!newest) throw new RangeError('an edge has no generator');
  let generator: NamedTensors = newest;
  const roundViews = tiers.edges.map(({ loop }) => viewOfRounds(loop));
  return {
    settings,
    spec: runSpec(settings),
    body,
    get cloudTraffic() {
      return tiers.traffic;
    },
    get committedRound() {
      return Math.min(...tiers.edges.map(({ loop }) => loop.committedRound));
    },
    get place() {
      return first.loop.place;
    },
    view: () => joinedView(tiers.edges.map(({ loop }) => loop.view())),
    roundView: () => joinedView(roundViews.map((view) => view())),
    generators: () => new Map([[0, generator]]),
    communityGenerators: () => tiers.cloud.brought().map((upload) => upload.generator),
    onChange: (listener) => first.loop.onChange(listener),
    untilRounds: async (committed, signal) => {
      await tiers.untilRounds(committed, signal);
      generator = (await tiers.cloud.latest())?.generator ?? generator;
    },
    slow: (name, factor) => {
      const edge = tiers.edges[devices.find((device) => device.name === name)?.community ?? -1];
      edge?.slow(name, factor);
    },
    close: async () => {
      await tiers.close();
      for (const own of bodies) own.dispose();
    },
  };
}

function shared({ experiment, time, engine, start, log }: TrainedRunOptions) {
  return {
    time,
    coordinator: coordinatorOf(experiment),
    linkBytesPerSecond: sharedLinkOf(experiment),
    engine,
    start,
    log,
  };
}

/** Notes a run's view at each of its commits, and tells the last; before the first that at its opening. */
function viewOfRounds(loop: SimulatedRun['loop']): () => RunView {
  let last = loop.view();
  loop.onChange(() => {
    if (loop.place.phase === 'committing') last = loop.view();
  });
  return () => last;
}

/** The edges' views as one: all devices, losses and bytes; times are those of the first edge. */
function joinedView(views: readonly RunView[]): RunView {
  const [first] = views;
  if (!first) throw new RangeError('there is no edge');
  const sum = (of: (view: RunView) => number) => views.reduce((total, view) => total + of(view), 0);
  return {
    ...first,
    devices: views.flatMap(({ devices }) => devices),
    losses: views.flatMap(({ losses }) => losses),
    groups: [],
    here: sum(({ here }) => here),
    bytesReceived: sum(({ bytesReceived }) => bytesReceived),
    bytesSent: sum(({ bytesSent }) => bytesSent),
  };
}
