// A whole network, or some of its blocks, in stock operations.
import '@tensorflow/tfjs'; // registers the gradients of autodiff
import { tensor, variable, type Tensor, type Tensor1D, type Variable } from '@tensorflow/tfjs-core';
import { cutShapes, layersWithInputs, type NetworkSpec } from '@tessera/core/architecture';
import { Random } from '@tessera/core/random';
import { stockLayer, type StockLayer, type VariableMaker } from './layers.ts';

/** Layers as one differentiable function of their variables. */
export interface StockNetwork {
  readonly variables: Variable[];
  readonly apply: (x: Tensor, labels: Tensor1D) => Tensor;
  dispose(): void;
}

/** Blocks `from` to `to` of a network, counted from 1; all of them by default. */
export function stockNetwork(
  network: NetworkSpec,
  { from = 1, to = network.blocks.length }: { readonly from?: number; readonly to?: number } = {},
): StockNetwork {
  const variables: Variable[] = [];
  const make = variableMaker(new Random(network.kind), variables);
  const shapes = cutShapes(network);
  const layers: StockLayer[] = network.blocks.flatMap((block, index) =>
    index + 1 < from || index + 1 > to
      ? []
      : layersWithInputs(block, shapes[index] ?? []).map(({ layer, input }) =>
          stockLayer(layer, input, make),
        ),
  );
  return {
    variables,
    apply: (x, labels) => layers.reduce((value, layer) => layer(value, labels), x),
    dispose: () => {
      for (const own of variables) own.dispose();
    },
  };
}

function variableMaker(random: Random, into: Variable[]): VariableMaker {
  const create = (shape: readonly number[], draw: () => number) => {
    const size = shape.reduce((a, b) => a * b);
    const start = tensor(Float32Array.from({ length: size }, draw), [...shape], 'float32');
    const own = variable(start);
    start.dispose();
    into.push(own);
    return own;
  };
  return {
    weight: (shape, fanIn) => create(shape, () => random.uniform(-1, 1) / Math.sqrt(fanIn)),
    constant: (shape, value) => create(shape, () => value),
  };
}
