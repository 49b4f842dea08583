// A group's networks as files that other programs read: safetensors in PyTorch's names and layouts, settings, a loader.
import { withoutKind } from '@tessera/core/gan';
import { namesOfLabels, runSpec } from '@tessera/core/protocol';
import { writeSafetensors } from '@tessera/core/tensors';
import type { ExportSource } from './export-sources.ts';
import { PYTHON_LOADER, PYTHON_LOADER_NAME } from './python-loader.ts';

/** The files by name; all of them belong into one folder. */
export function exportedFiles(source: ExportSource): Map<string, Uint8Array> {
  const { settings, rounds, cluster, name, networks } = source;
  const spec = runSpec(settings);
  const discriminator = withoutKind(spec.discriminator, networks);
  const { id, title, data, condition, imageSize, imageChannels, width, zDim } = settings;
  const description = {
    run: id,
    title,
    group: cluster,
    name,
    roundsCommitted: rounds,
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
    ['generator.safetensors', writeSafetensors(withoutKind(spec.generator, networks))],
    ...(discriminator.size === 0
      ? []
      : [['discriminator.safetensors', writeSafetensors(discriminator)] as const]),
    ['settings.json', new TextEncoder().encode(`${JSON.stringify(description, undefined, 2)}\n`)],
    [PYTHON_LOADER_NAME, new TextEncoder().encode(PYTHON_LOADER)],
  ]);
}
