// One network's blocks on the coordinator: one shared copy each, run on the rows of all devices that lack the block.
import { zeros, type Tensor } from '@tensorflow/tfjs-core';
import type { NetworkSpec } from '../architecture/index.ts';
import {
  Block,
  disposeGradients,
  type AdamSettings,
  type BlockContext,
  type BlockWant,
  type Gradients,
  type LaterGradients,
} from '../nn/index.ts';
import { Flow, type Rows } from './flow.ts';
import { merged } from './names.ts';
import { TrainedBlocks } from './trained-blocks.ts';

/** One pass of the cohort through the body, kept for the way back. */
export interface BodyPass {
  readonly stages: readonly Stage[];
  dispose(): void;
}

interface Stage {
  readonly index: number;
  readonly block: Block;
  readonly rows: readonly Rows[];
  readonly context: BlockContext;
}

/** What a pass back found: the answers' gradients at once, the parameters' when they are asked for. */
export interface BodyGradients {
  readonly inputs: ReadonlyMap<string, Tensor>;
  /** The parameters' gradients, once; the pass must still be there. */
  finish(): Gradients;
  /** Gives them up. */
  dispose(): void;
}

/** Called with every block's joined output on the way forward. */
export type Watch = (index: number, rows: readonly Rows[], output: Tensor) => void;

/** Blocks 2 to N-1 of one network. Its passes run inside a `tidy` of the caller's; contexts outlive it. */
export class SharedBody {
  readonly trained: TrainedBlocks;
  readonly #indexed: readonly (readonly [index: number, block: Block])[];

  constructor(network: NetworkSpec, optimiser: AdamSettings) {
    this.#indexed = network.blocks.slice(1, -1).map((_, i) => [i + 2, new Block(network, i + 2)]);
    this.trained = new TrainedBlocks(
      network,
      this.#indexed.map(([, block]) => block),
      optimiser,
    );
  }

  /**
   * Runs each block in training mode on the joined rows of the devices that lack it, in the order of `rows`; a block
   * that no row needs is passed by. Inputs and outputs are each device's own, by its id.
   */
  forward(
    rows: readonly Rows[],
    inputs: ReadonlyMap<string, Tensor>,
    watch?: Watch,
  ): { outputs: Map<string, Tensor>; pass: BodyPass } {
    const flow = flowOf(inputs);
    const outputs = new Map<string, Tensor>();
    const stages: Stage[] = [];
    for (const [index, block] of this.#indexed) {
      const here = rows.filter(({ from, to }) => from <= index && index <= to);
      if (here.length === 0) continue;
      const { output, context } = block.forward(flow.take(here), { mode: 'training' });
      stages.push({ index, block, rows: here, context });
      watch?.(index, here, output);
      flow.putJoined(here, output);
      for (const { id, to } of here) if (to === index) outputs.set(id, flow.takeOne(id));
    }
    const dispose = () => {
      for (const { context } of stages) context.dispose();
    };
    return { outputs, pass: { stages, dispose } };
  }

  /**
   * Goes the pass back. A device without an output gradient is lost: its rows count with a gradient of zero. When no
   * device has one, nothing is computed. With 'later' the parameters' gradients are complete only with `finish`.
   */
  backward(
    { stages }: BodyPass,
    outputGradients: ReadonlyMap<string, Tensor>,
    { parameters }: Pick<BlockWant, 'parameters'>,
  ): BodyGradients {
    const flow = flowOf(outputGradients);
    const inputs = new Map<string, Tensor>();
    const gradients = new Map<string, Tensor>();
    const later: LaterGradients[] = [];
    const all = {
      inputs,
      finish: () => merged([gradients, ...later.map((one) => one.compute())]),
      dispose: () => {
        disposeGradients(gradients);
        for (const one of later) one.dispose();
      },
    };
    if (outputGradients.size === 0) return all;
    for (const { index, block, rows, context } of stages.toReversed()) {
      for (const { id, to, batch } of rows) {
        if (to === index && !outputGradients.has(id)) flow.put(id, zeros([batch, ...block.outputShape]));
      }
      const found = block.backward(context, flow.take(rows), { input: true, parameters });
      for (const [name, gradient] of found.parameters ?? []) gradients.set(name, gradient);
      if (found.later) later.push(found.later);
      if (found.input) flow.putJoined(rows, found.input);
      for (const { id, from } of rows) if (from === index) inputs.set(id, flow.takeOne(id));
    }
    return all;
  }

  /** Moves the running statistics of every block that the pass used. */
  commitStatistics({ stages }: BodyPass): void {
    for (const { block, context } of stages) block.commitStatistics(context);
  }

  /** How far the batch statistics of block `index` are from its running ones (`Block.drift`), before they are committed. */
  drift({ stages }: BodyPass, index: number): Tensor | undefined {
    const stage = stages.find((candidate) => candidate.index === index);
    return stage?.block.drift(stage.context);
  }

  /** Blocks `from` to `to` in running mode; nothing moves. */
  infer(input: Tensor, { from, to }: Pick<Rows, 'from' | 'to'>): Tensor {
    return this.#indexed
      .filter(([index]) => from <= index && index <= to)
      .reduce((x, [, block]) => block.infer(x), input);
  }
}

function flowOf(tensors: ReadonlyMap<string, Tensor>): Flow {
  const flow = new Flow();
  for (const [id, tensor] of tensors) flow.put(id, tensor);
  return flow;
}
