// The run's committed weights: who gets which layers, how a round's layers become the next commit.
import type { Cut, GanSpec, Schedule } from '../architecture/index.ts';
import {
  bodyOfCluster,
  bodyParameters,
  deviceLayers,
  deviceParameters,
  joinedBodies,
  networkParameters,
  pickTensors,
} from '../federate/index.ts';
import type { RunSettings } from '../protocol/index.ts';
import { Random } from '../random.ts';
import {
  generatorOf,
  strategyOf,
  travellingLayers,
  type FederatedDevice,
  type FederationResult,
  type Strategy,
} from '../strategy/index.ts';
import type { NamedTensors, OptimiserState, PlainTensor } from '../tensors/index.ts';
import type { BodyState, Checkpoint, GlobalModel } from './ports.ts';

const NO_MOMENTS: OptimiserState = { steps: new Map(), moments: new Map() };

/** Weights as of the last commit; replaced as a whole when a round commits. */
export interface CommittedWeights {
  readonly body: BodyState;
  readonly clusterLayers: ReadonlyMap<number, NamedTensors>;
  readonly globalLayers: NamedTensors;
  /** Layers that a device takes instead of its cluster's. */
  readonly ownLayers: ReadonlyMap<string, NamedTensors>;
  /** Version of the cloud's model that the body goes on with; 0 without a cloud. */
  readonly globalVersion: number;
}

/** The weights of a run in which nothing is committed yet. */
export function initialWeights(
  spec: GanSpec,
  values: NamedTensors,
  { strategy, bodies }: Pick<RunSettings, 'strategy' | 'bodies'>,
): CommittedWeights {
  const body = pickTensors(values, coordinatorParameters(spec, strategyOf(strategy).schedule));
  return {
    body: {
      values: bodies === 'per-cluster' ? joinedBodies(new Map([[0, body]])) : body,
      moments: NO_MOMENTS,
    },
    clusterLayers: new Map(),
    globalLayers: values,
    ownLayers: new Map(),
    globalVersion: 0,
  };
}

/** What the coordinator trains. */
function coordinatorParameters(spec: GanSpec, schedule: Schedule) {
  switch (schedule) {
    case 'split':
      return bodyParameters(spec);
    case 'judged':
      return networkParameters(spec.generator, 1, spec.generator.blocks.length);
    case 'local':
    case 'twin':
      return [];
  }
}

/** The weights of a checkpoint. */
export function weightsOf(checkpoint: Checkpoint): CommittedWeights {
  const { body, clusterLayers, globalLayers, ownLayers, globalVersion } = checkpoint;
  return { body, clusterLayers, globalLayers, ownLayers, globalVersion };
}

/** The weights with the cloud's generator in the place of the one trained here, and its classifier; the groups' layers stay as they are. */
export function withGlobal(weights: CommittedWeights, global: GlobalModel): CommittedWeights {
  const { version, generator, domainClassifier = new Map<string, PlainTensor>() } = global;
  const { values, moments } = weights.body;
  return {
    ...weights,
    body: { values: new Map([...values, ...generator, ...domainClassifier]), moments },
    globalLayers: new Map([...weights.globalLayers, ...generator]),
    globalVersion: version,
  };
}

/**
 * The generators to draw samples of: those of the groups; in a run with communities the community's own as group 0, and
 * the global one as group 1 once there is one.
 */
export function shownGenerators(
  weights: CommittedWeights,
  { spec, settings }: { readonly spec: GanSpec; readonly settings: RunSettings },
): ReadonlyMap<number, NamedTensors> {
  const own = weights.clusterLayers.get(0);
  if (settings.communities.length === 0 || !own || weights.globalVersion === 0)
    return generators(weights, spec);
  const body = new Map<string, PlainTensor>();
  return new Map([
    [0, generatorOf({ spec, clusterLayers: own, body })],
    [1, generatorOf({ spec, clusterLayers: weights.body.values, body })],
  ]);
}

/** Whom layers are for. */
export interface LayersOf {
  readonly id: string;
  readonly cut: Cut;
  readonly cluster: number | undefined;
  /** What it brought to its last federation; undefined where that is not known. */
  readonly held: Cut | undefined;
}

/**
 * A device's part of the network: its own, its cluster's average, or the global one where it has no cluster. A block that
 * it takes anew is the body's, through which it has trained until now. Nothing where the device keeps what it trains.
 */
export function layersFor(
  weights: CommittedWeights,
  { spec, strategy }: { readonly spec: GanSpec; readonly strategy: Strategy },
  device: LayersOf,
): NamedTensors {
  const group = device.cluster === undefined ? undefined : weights.clusterLayers.get(device.cluster);
  const layers = weights.ownLayers.get(device.id) ?? group ?? weights.globalLayers;
  const { cut, held } = device;
  if (travellingLayers(strategy, spec, cut).length === 0) return new Map();
  if (!held) return deviceLayers(layers, spec, cut);
  const before = new Set(deviceParameters(spec, held).map(({ name }) => name));
  const taken = deviceParameters(spec, cut).filter(({ name }) => !before.has(name));
  return deviceLayers(
    new Map([...layers, ...pickTensors(bodyOfCluster(weights.body.values, device.cluster), taken)]),
    spec,
    cut,
  );
}

/** The generators to show and export, by cluster; before the first commit there is one, cluster 0. */
export function generators(weights: CommittedWeights, spec: GanSpec): ReadonlyMap<number, NamedTensors> {
  const layers =
    weights.clusterLayers.size > 0 ? weights.clusterLayers : new Map([[0, weights.globalLayers]]);
  return new Map(
    [...layers].map(([cluster, clusterLayers]) => [
      cluster,
      generatorOf({ spec, clusterLayers, body: bodyOfCluster(weights.body.values, cluster) }),
    ]),
  );
}

/** Ends a round: the devices' layers and the trained body become the next commit's weights. */
export function federateRound(
  round: {
    readonly settings: RunSettings;
    readonly spec: GanSpec;
    readonly round: number;
    readonly devices: readonly FederatedDevice[];
    readonly previousClusters: ReadonlyMap<string, number>;
    readonly globalVersion: number;
  },
  body: BodyState,
): { readonly weights: CommittedWeights; readonly result: FederationResult } {
  const { settings } = round;
  const result = strategyOf(settings.strategy).federate({
    spec: round.spec,
    round: round.round,
    warmUpRounds: settings.warmUpRounds,
    alpha: settings.alpha,
    devices: round.devices,
    body: body.values,
    bodies: settings.bodies,
    clustering: {
      kMax: settings.maximumClusters,
      threshold: settings.silhouetteThreshold,
      ...(settings.clusters === 'auto' ? {} : { k: settings.clusters }),
    },
    previousClusters: round.previousClusters,
    random: new Random(`${settings.seed}/federation/${round.round}`),
  });
  const weights = {
    body: { values: result.body, moments: body.moments },
    clusterLayers: result.clusterLayers,
    globalLayers: result.globalLayers,
    ownLayers: result.ownLayers ?? new Map<string, NamedTensors>(),
    globalVersion: round.globalVersion,
  };
  return { weights, result };
}

/** Throws an Error when a checkpoint's communities, strategy or networks are not those of the run. */
export function requireSameNetworks(stored: RunSettings, wanted: RunSettings): void {
  const shape = ({ strategy, bodies, ...settings }: RunSettings) => {
    const { data, condition, classes, communities, width, imageSize, imageChannels, zDim, blocks } = settings;
    const named = communities.length > 0 ? ` (${communities.join(', ')})` : '';
    return `${data} with condition ${condition}, ${communities.length} communities${named}, ${classes.length} classes, ${imageSize} pixels, ${imageChannels} channels, width ${width}, ${blocks} blocks, ${zDim} noise values, strategy ${strategy}${bodies === 'per-cluster' ? ' with a body for each group' : ''}`;
  };
  if (shape(stored) === shape(wanted)) return;
  throw new Error(
    `The run's folder holds a run with ${shape(stored)}, but this one has ${shape(wanted)}. Give the run another id, or its old settings.`,
  );
}
