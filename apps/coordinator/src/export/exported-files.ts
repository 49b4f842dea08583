// A group's networks as files that other programs read: safetensors in PyTorch's names and layouts, settings, a loader.
import { withoutKind } from '@tessera/core/gan';
import { namesOfLabels, type RunSettings, runSpec } from '@tessera/core/protocol';
import type { Checkpoint } from '@tessera/core/session';
import { bodyOfCluster } from '@tessera/core/federate';
import { clusterGan } from '@tessera/core/strategy';
import { type NamedTensors, writeSafetensors } from '@tessera/core/tensors';
import { PYTHON_LOADER, PYTHON_LOADER_NAME } from './python-loader.ts';

/** What is exported of one group. */
export interface ExportSource {
  readonly settings: RunSettings;
  /** The last committed round, -1 for the initial weights. */
  readonly committedRound: number;
  readonly cluster: number;
  /** 'generator.block1…' and 'discriminator.block1…'. */
  readonly networks: NamedTensors;
}

/** Every group of a checkpoint; before the first commit the one that all devices start from. */
export function groupsOf(checkpoint: Checkpoint): ExportSource[] {
  const { settings, committedRound, body, clusterLayers, globalLayers } = checkpoint;
  const groups = clusterLayers.size > 0 ? [...clusterLayers] : [[0, globalLayers] as const];
  return groups.map(([cluster, layers]) => ({
    settings,
    committedRound,
    cluster,
    networks: clusterGan({
      spec: runSpec(settings),
      clusterLayers: layers,
      body: bodyOfCluster(body.values, cluster),
    }),
  }));
}

/** The files by name; all of them belong into one folder. */
export function exportedFiles(source: ExportSource): Map<string, Uint8Array> {
  const { settings, committedRound, cluster, networks } = source;
  const spec = runSpec(settings);
  const weights = (network: typeof spec.generator) => writeSafetensors(withoutKind(network, networks));
  const { id, title, data, condition, imageSize, imageChannels, width, zDim } = settings;
  const description = {
    run: id,
    title,
    group: cluster,
    roundsCommitted: committedRound + 1,
    data,
    condition,
    // None where the networks take no labels.
    classes: namesOfLabels(settings),
    imageSize,
    imageChannels,
    width,
    zDim,
    pixels: 'from -1 to 1',
    generator: spec.generator,
    discriminator: spec.discriminator,
  };
  return new Map([
    ['generator.safetensors', weights(spec.generator)],
    ['discriminator.safetensors', weights(spec.discriminator)],
    ['settings.json', new TextEncoder().encode(`${JSON.stringify(description, undefined, 2)}\n`)],
    [PYTHON_LOADER_NAME, new TextEncoder().encode(PYTHON_LOADER)],
  ]);
}
