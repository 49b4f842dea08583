// Networks that are asked for nothing in particular: the same layers, no label among them.
import type { GanNetworkSpec, GanSpec } from './layer.ts';

/** The same networks with the label left out, as in the first published cost table and in runs without a condition. */
export function withoutLabels(spec: GanSpec): GanSpec {
  const bare = (network: GanNetworkSpec): GanNetworkSpec => ({
    ...network,
    blocks: network.blocks.map((block) => ({
      ...block,
      layers: block.layers.filter(({ kind }) => kind !== 'label-vector' && kind !== 'label-plane'),
    })),
  });
  return { ...spec, generator: bare(spec.generator), discriminator: bare(spec.discriminator) };
}

/** Whether a label decides what the generator draws. */
export function isConditional({ generator }: Pick<GanSpec, 'generator'>): boolean {
  return generator.blocks.some(({ layers }) => layers.some(({ kind }) => kind === 'label-vector'));
}
