// First values of a network: PyTorch's defaults.
import { parametersOf, type LayerSpec, type NetworkSpec } from '../architecture/index.ts';
import { elementCount, type NamedTensors } from '../tensors/index.ts';
import type { Random } from '../random.ts';

/**
 * Values for every parameter of the network, as PyTorch's modules draw them: weights and biases uniform within
 * ±1/√fanIn (Kaiming uniform with a = √5), embeddings from N(0, 1), normalisations 1 and 0, statistics 0 and 1.
 */
export function initialValues(network: NetworkSpec, random: Random): NamedTensors {
  const kinds = new Map<string, LayerSpec['kind']>();
  for (const block of network.blocks)
    for (const layer of block.layers)
      if ('name' in layer) kinds.set(`${block.name}.${layer.name}`, layer.kind);
  let fanIn = 1;
  return new Map(
    parametersOf(network).map(({ name, shape }) => {
      const [block, layer, own] = name.split('.');
      const kind = kinds.get(`${block ?? ''}.${layer ?? ''}`);
      // PyTorch takes the second axis as the fan-in, for transposed convolutions too; a bias follows its weight.
      if (own === 'weight') fanIn = elementCount(shape.slice(1));
      return [
        name,
        { shape, data: Float32Array.from({ length: elementCount(shape) }, draw(kind, own, fanIn)) },
      ];
    }),
  );

  function draw(kind: LayerSpec['kind'] | undefined, own: string | undefined, fan: number): () => number {
    if (kind === 'batch-norm') return () => (own === 'weight' || own === 'running_var' ? 1 : 0);
    if (kind === 'label-vector' || kind === 'label-plane') return () => random.normal();
    const bound = 1 / Math.sqrt(fan);
    return () => random.uniform(-bound, bound);
  }
}
