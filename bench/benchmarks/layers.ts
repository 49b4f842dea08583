// Each layer of both networks, forward and backward, against the same layer in stock operations.
import {
  engine,
  getBackend,
  tensor,
  tensor1d,
  tidy,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import {
  cganSpec,
  layersWithInputs,
  cutShapes,
  type LayerSpec,
  type NetworkSpec,
} from '@tessera/core/architecture';
import { Block, disposeGradients, initialValues } from '@tessera/core/nn';
import { Random } from '@tessera/core/random';
import { type Benchmark, limitsOf, reportRace, type Setting } from '../benchmark.ts';
import { race, sideOf } from '../race.ts';
import { settled } from '../settled.ts';
import { registerNaiveFilterGradient } from '../stock/filter-gradient.ts';
import { stockNetwork } from '../stock/network.ts';

const BATCH = 16;
/** Rounds of each layer: there are many, and they are short. */
const LAPS = 15;

/** Every layer that computes something, once for each shape in which it occurs. */
export const layersBenchmark: Benchmark = {
  name: 'layers',
  summary: 'each layer, forward and backward, against stock TensorFlow.js',
  usesEngine: true,
  async run(setting) {
    if (getBackend() === 'wasm') registerNaiveFilterGradient();
    const width = setting.width === 0.25 || setting.quick ? 1 / 4 : 1;
    const spec = cganSpec({ width });
    for (const network of [spec.generator, spec.discriminator])
      for (const place of placesIn(network)) await measure(setting, place, width);
  },
};

/** A layer in its place. */
interface Place {
  readonly title: string;
  readonly layer: LayerSpec;
  readonly input: readonly number[];
}

function placesIn(network: NetworkSpec): Place[] {
  const shapes = cutShapes(network);
  return network.blocks
    .flatMap((block, index) =>
      layersWithInputs(block, shapes[index] ?? []).map(({ layer, input }) => ({
        title: `layer: ${network.kind} ${block.name} ${layer.kind}`,
        layer,
        input,
      })),
    )
    .filter(({ layer }) => layer.kind !== 'flatten' && layer.kind !== 'unflatten');
}

async function measure(setting: Setting, { title, layer, input }: Place, width: number): Promise<void> {
  setting.progress(title);
  const network: NetworkSpec = {
    kind: 'generator',
    inputShape: input,
    blocks: [{ name: 'block1', layers: [layer] }],
  };
  const random = new Random(title);
  const drawn = (shape: readonly number[]) =>
    tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
      [...shape],
      'float32',
    );
  const block = new Block(network, 1);
  block.load(initialValues(network, random));
  const stock = stockNetwork(network);
  const x = drawn([BATCH, ...input]);
  const dy = drawn([BATCH, ...block.outputShape]);
  const labels = tensor1d(
    Int32Array.from({ length: BATCH }, (_, i) => i % 10),
    'int32',
  );
  const own = sideOf('Tessera', () => ownPass(block, { x, dy, labels }));
  const other = sideOf('stock TensorFlow.js', async () => {
    const [output, ...gradients] = tidy(() => {
      const { value, grads } = engine().gradients(() => stock.apply(x, labels), [x, ...stock.variables], dy);
      return [value, ...grads];
    });
    await settled(gradients[0] ?? dy);
    for (const one of [output, ...gradients]) one.dispose();
  });
  const result = await race(own, [other], limitsOf(setting, LAPS));
  reportRace(setting, { name: title, batch: BATCH, width }, result);
  for (const used of [block, stock, x, dy, labels]) used.dispose();
}

async function ownPass(
  block: Block,
  { x, dy, labels }: { readonly x: Tensor; readonly dy: Tensor; readonly labels: Tensor1D },
): Promise<void> {
  const { output, context } = block.forward(x, { mode: 'training', labels });
  const found = block.backward(context, dy, { input: true, parameters: true });
  await settled(found.input ?? output);
  found.input?.dispose();
  disposeGradients(found.parameters ?? new Map());
  context.dispose();
  output.dispose();
}
