// Whose networks a checkpoint holds: of groups, of an edge's community and of all communities.
import { type CloudCheckpoint, communitiesOf } from '@tessera/core/cloud';
import { bodyOfCluster } from '@tessera/core/federate';
import { type RunSettings, runSpec } from '@tessera/core/protocol';
import type { Checkpoint } from '@tessera/core/session';
import { clusterGan } from '@tessera/core/strategy';
import type { NamedTensors } from '@tessera/core/tensors';

/** What is exported of one of them. */
export interface ExportSource {
  readonly settings: RunSettings;
  /** Finished rounds behind it; merges of a cloud. */
  readonly rounds: number;
  /** Its number in addresses, from 0. */
  readonly cluster: number;
  /** "group A", "community North", "all communities". */
  readonly name: string;
  /** 'generator.block1…' and 'discriminator.block1…'; no discriminator where none leaves its device. */
  readonly networks: NamedTensors;
}

/**
 * Every group of a run's checkpoint, before the first commit the one that all devices start from; of an edge its community,
 * and after the first merge all communities.
 */
export function sourcesOf(checkpoint: Checkpoint): ExportSource[] {
  const { settings, committedRound, body, clusterLayers, globalLayers, globalVersion } = checkpoint;
  const { communities, community } = settings;
  const spec = runSpec(settings);
  const layers = clusterLayers.size > 0 ? [...clusterLayers] : [[0, globalLayers] as const];
  const common = { settings, rounds: committedRound + 1 };
  const own = communities[community];
  if (own === undefined)
    return layers.map(([cluster, values]) => ({
      ...common,
      cluster,
      name: `group ${letterOf(cluster)}`,
      networks: clusterGan({ spec, clusterLayers: values, body: bodyOfCluster(body.values, cluster) }),
    }));
  // What the edge goes on with is the generator of all; its own stands where groups have their layers.
  const whole = (values: NamedTensors) => clusterGan({ spec, clusterLayers: values, body: new Map() });
  const ofItsOwn = layers.map(([cluster, values]) => ({
    ...common,
    cluster,
    name: `community ${own}`,
    networks: whole(values),
  }));
  if (globalVersion === 0) return ofItsOwn;
  return [...ofItsOwn, { ...common, cluster: 1, name: ALL, networks: whole(body.values) }];
}

/** Of a cloud's checkpoint: all communities, then each as it came to the last merge. */
export function cloudSourcesOf({ settings, version, generator, uploads }: CloudCheckpoint): ExportSource[] {
  const common = { settings, rounds: version };
  return [
    { ...common, cluster: 0, name: ALL, networks: generator },
    ...communitiesOf([...uploads.values()]).map((merged) => ({
      ...common,
      cluster: merged.community + 1,
      name: `community ${settings.communities[merged.community] ?? ''}`,
      networks: merged.generator,
    })),
  ];
}

const ALL = 'all communities';

/** Groups are A, B, C … to people. */
export function letterOf(cluster: number): string {
  return cluster < 26 ? String.fromCharCode(65 + cluster) : String(cluster);
}
