// A cloud's checkpoint as a handful of files: generators as safetensors, the rest as JSON.
import { type CloudCheckpoint, edgeOf, type EdgeUpload, type KeptUpload } from '@tessera/core/cloud';
import { MAXIMUM_COMMUNITIES, MAXIMUM_EDGES, runSettingsSchema } from '@tessera/core/protocol';
import { type NamedTensors, readSafetensors, writeSafetensors } from '@tessera/core/tensors';
import { z } from 'zod';
import type { Files } from './checkpoint-files.ts';

const count = z.int().min(0);

const stateSchema = z.strictObject({
  format: z.literal(1),
  settings: runSettingsSchema,
  version: count,
  weights: z.array(z.tuple([count, z.number().min(0).max(1)])).max(64),
  uploads: z
    .array(
      z.strictObject({
        community: count,
        /** Absent in folders of a time when a community had one edge. */
        seat: count.max(MAXIMUM_EDGES - 1).default(0),
        round: count,
        score: z.number(),
        iterations: count,
        basedOn: count,
        version: count,
      }),
    )
    .max(MAXIMUM_COMMUNITIES * MAXIMUM_EDGES),
  /** Optimiser steps of the domain terms by block; absent where there are none. */
  domainSteps: z.record(z.string().max(64), count).optional(),
});

const GLOBAL = 'global.safetensors';
const CLASSIFIER = 'domain-classifier.safetensors';
const MOMENTS = 'domain-moments.safetensors';

/** The checkpoint as files. */
export function cloudFilesOf({
  settings,
  version,
  generator,
  weights,
  uploads,
  domains,
}: CloudCheckpoint): Files {
  const state: z.input<typeof stateSchema> = {
    format: 1,
    settings,
    version,
    weights: [...weights],
    uploads: [...uploads.values()].map(
      ({ community, seat, round, score, iterations, basedOn, version: of }) => ({
        ...{ community, seat, round, score, iterations, basedOn },
        version: of,
      }),
    ),
    ...(domains && { domainSteps: Object.fromEntries(domains.moments.steps) }),
  };
  return new Map([
    ['state.json', new TextEncoder().encode(JSON.stringify(state))],
    [GLOBAL, writeSafetensors(generator)],
    ...[...uploads.values()].map(
      (upload) => [uploadFile(upload), writeSafetensors(upload.generator)] as const,
    ),
    ...(domains
      ? ([
          [CLASSIFIER, writeSafetensors(domains.classifier)],
          [MOMENTS, writeSafetensors(domains.moments.moments)],
        ] as const)
      : []),
  ]);
}

/** The checkpoint that the files hold; throws an Error that says which of them is wrong. */
export function cloudCheckpointOf(files: Files): CloudCheckpoint {
  const named = (name: string): Uint8Array => {
    const file = files.get(name);
    if (!file) throw new Error(`${name} is missing`);
    return file;
  };
  const tensors = (name: string): NamedTensors => readSafetensors(named(name)).tensors;
  const state = stateSchema.parse(JSON.parse(new TextDecoder().decode(named('state.json'))));
  const uploads = state.uploads.map((upload): KeptUpload => ({
    ...upload,
    generator: tensors(uploadFile(upload)),
  }));
  return {
    settings: state.settings,
    version: state.version,
    generator: tensors(GLOBAL),
    weights: new Map(state.weights),
    uploads: new Map(uploads.map((upload) => [edgeOf(upload), upload])),
    ...(state.domainSteps && {
      domains: {
        classifier: tensors(CLASSIFIER),
        moments: { steps: new Map(Object.entries(state.domainSteps)), moments: tensors(MOMENTS) },
      },
    }),
  };
}

/** The first edge's is named for the community alone. */
function uploadFile({ community, seat }: Pick<EdgeUpload, 'community' | 'seat'>): string {
  return seat === 0
    ? `community-${community}.safetensors`
    : `community-${community}-edge-${seat}.safetensors`;
}
