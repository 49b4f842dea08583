// A checkpoint as a handful of files: weights and moments as safetensors, the rest as JSON.
import { runSettingsSchema } from '@tessera/core/protocol';
import type { Checkpoint } from '@tessera/core/session';
import { readSafetensors, type NamedTensors, writeSafetensors } from '@tessera/core/tensors';
import { z } from 'zod';

/** The files of a checkpoint by name. */
export type Files = ReadonlyMap<string, Uint8Array>;

const count = z.int().min(0);
const loss = z.number();

/** Blocks of a network that a device holds at one end. */
const blocks = z.int().min(0).max(9);

const stateSchema = z.strictObject({
  version: z.literal(1),
  settings: runSettingsSchema,
  committedRound: z.int().min(-1),
  /** Optimiser steps by block. */
  steps: z.record(z.string().max(64), count),
  clusters: z.array(count).max(1_000),
  /** The cloud's model that the body goes on with; 0 without a cloud. */
  globalVersion: count.default(0),
  /** Devices with layers of their own. */
  own: z
    .array(z.string().regex(/^[a-z0-9-]{1,40}$/))
    .max(1_000)
    .default([]),
  members: z
    .array(
      z.strictObject({
        id: z.string().max(40),
        tokenDigest: z.string().max(64),
        name: z.string().max(120),
        kind: z.enum(['browser', 'node']),
        cluster: count.optional(),
        weight: z.number().min(0).max(1).optional(),
        cut: z.strictObject({ gHead: blocks, gTail: blocks, dHead: blocks, dTail: blocks }).optional(),
      }),
    )
    .max(10_000),
  losses: z
    .array(
      z.strictObject({
        round: count,
        step: count,
        discriminatorReal: loss,
        discriminatorFake: loss,
        generator: loss,
      }),
    )
    .max(10_000),
  groups: z.array(z.strictObject({ round: count, of: z.record(z.string().max(40), count) })).max(10_000),
  /** Checkpoints from before devices judged have none. */
  judged: z
    .array(
      z.strictObject({
        round: count,
        groups: z
          .array(z.strictObject({ cluster: count, right: count, total: count, devices: count }))
          .max(1_000),
      }),
    )
    .max(10_000)
    .default([]),
  elapsedSeconds: z.number().min(0),
});

/** The checkpoint as files. */
export function filesOf(checkpoint: Checkpoint): Files {
  const { body, clusterLayers, globalLayers, ownLayers, ...rest } = checkpoint;
  const state: z.input<typeof stateSchema> = {
    version: 1,
    settings: rest.settings,
    committedRound: rest.committedRound,
    steps: Object.fromEntries(body.moments.steps),
    clusters: [...clusterLayers.keys()],
    globalVersion: rest.globalVersion,
    own: [...ownLayers.keys()],
    members: rest.members.map((member) => ({ ...member })),
    losses: rest.losses.map((entry) => ({ ...entry })),
    groups: rest.groups.map(({ round, of }) => ({ round, of: { ...of } })),
    judged: rest.judged.map(({ round, groups }) => ({
      round,
      groups: groups.map((group) => ({ ...group })),
    })),
    elapsedSeconds: rest.elapsedSeconds,
  };
  return new Map([
    ['state.json', new TextEncoder().encode(JSON.stringify(state))],
    ['body.safetensors', writeSafetensors(body.values)],
    ['body-moments.safetensors', writeSafetensors(body.moments.moments)],
    ['global-layers.safetensors', writeSafetensors(globalLayers)],
    ...[...clusterLayers].map(
      ([cluster, layers]) => [clusterFile(cluster), writeSafetensors(layers)] as const,
    ),
    ...[...ownLayers].map(([id, layers]) => [ownFile(id), writeSafetensors(layers)] as const),
  ]);
}

/** The checkpoint that the files hold; throws an Error that says which of them is wrong. */
export function checkpointOf(files: Files): Checkpoint {
  const state = stateSchema.parse(JSON.parse(new TextDecoder().decode(fileNamed(files, 'state.json'))));
  const tensors = (name: string): NamedTensors => readSafetensors(fileNamed(files, name)).tensors;
  return {
    settings: state.settings,
    committedRound: state.committedRound,
    body: {
      values: tensors('body.safetensors'),
      moments: {
        steps: new Map(Object.entries(state.steps)),
        moments: tensors('body-moments.safetensors'),
      },
    },
    clusterLayers: new Map(state.clusters.map((cluster) => [cluster, tensors(clusterFile(cluster))])),
    globalLayers: tensors('global-layers.safetensors'),
    ownLayers: new Map(state.own.map((id) => [id, tensors(ownFile(id))])),
    globalVersion: state.globalVersion,
    members: state.members.map(({ cluster, weight, cut, ...member }) => ({
      ...member,
      ...(cluster === undefined ? {} : { cluster }),
      ...(weight === undefined ? {} : { weight }),
      ...(cut === undefined ? {} : { cut }),
    })),
    losses: state.losses,
    groups: state.groups,
    judged: state.judged,
    elapsedSeconds: state.elapsedSeconds,
  };
}

function clusterFile(cluster: number): string {
  return `cluster-${cluster}.safetensors`;
}

function ownFile(id: string): string {
  return `own-${id}.safetensors`;
}

function fileNamed(files: Files, name: string): Uint8Array {
  const file = files.get(name);
  if (!file) throw new Error(`${name} is missing`);
  return file;
}
