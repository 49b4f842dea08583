// The networks that a cluster shows, scores and exports.
import type { GanSpec, NetworkSpec } from '../architecture/index.ts';
import { networkParameters, pickTensors } from '../federate/index.ts';
import type { NamedTensors } from '../tensors/index.ts';

/** Where a cluster's networks come from. */
export interface ClusterGanSource {
  readonly spec: GanSpec;
  /** The cluster's averages of all blocks. */
  readonly clusterLayers: NamedTensors;
  /** What the coordinator trains: blocks 2 to N-1 of both networks in a split. */
  readonly body: NamedTensors;
}

/**
 * A cluster's generator, 'generator.block1…' to the last block: the coordinator's values of the blocks that it trains (in a
 * split all but the first and the last), the cluster's of the others, running statistics included. The same for every
 * cut in the cluster.
 */
export function generatorOf(source: ClusterGanSource): NamedTensors {
  return networkOf(source.spec.generator, source);
}

/** Both networks of a cluster by the same rule; only the generator where the devices keep their discriminators. */
export function clusterGan(source: ClusterGanSource): NamedTensors {
  const isKnown = [...source.clusterLayers.keys()].some((name) => name.startsWith('discriminator.'));
  if (!isKnown) return generatorOf(source);
  return new Map([...generatorOf(source), ...networkOf(source.spec.discriminator, source)]);
}

function networkOf(network: NetworkSpec, { clusterLayers, body }: ClusterGanSource): NamedTensors {
  const all = networkParameters(network, 1, network.blocks.length);
  return pickTensors(new Map([...clusterLayers, ...body]), all);
}
