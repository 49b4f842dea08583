// Consecutive blocks run in one place: the head, the body or the tail of a network.
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { NetworkSpec } from '../architecture/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { type BackwardResult, Block, type BlockContext } from './block.ts';
import type { ForwardOptions, Want } from './layers/layer.ts';

/** Blocks `from` to `to` of a network with the methods of one block. */
export class Segment {
  readonly blocks: readonly Block[];

  /** @param from the first and `to` the last block, counted from 1; none where `to` is the one before `from`. */
  constructor(network: NetworkSpec, from: number, to: number) {
    if (to < from - 1) throw new RangeError(`a segment cannot go from block ${from} to block ${to}`);
    this.blocks = Array.from({ length: to - from + 1 }, (_, i) => new Block(network, from + i));
  }

  /** Loads every block, see `Block.load`. */
  load(values: NamedTensors): void {
    for (const block of this.blocks) block.load(values);
  }

  /** Takes over what another segment of the same blocks holds: all of it, or its running statistics alone. */
  copy(from: Segment, what: 'all' | 'statistics' = 'all'): void {
    this.blocks.forEach((block, i) => {
      const source = from.blocks[i];
      if (source) block.copy(source, what);
    });
  }

  /** The values of all blocks, in the order of `parametersOf`. */
  async values(): Promise<NamedTensors> {
    const each = await Promise.all(this.blocks.map((block) => block.values()));
    return new Map(each.flatMap((values) => [...values]));
  }

  /** A pass that can be gone back, see `Block.forward`. */
  forward(input: Tensor, options: ForwardOptions): { output: Tensor; context: BlockContext } {
    const contexts: BlockContext[] = [];
    const output = this.#through(input, (block, x) => {
      const pass = block.forward(x, options);
      contexts.push(pass.context);
      return pass.output;
    });
    return { output, context: new SegmentContext(this, contexts) };
  }

  /** A pass in running mode, see `Block.infer`. */
  infer(input: Tensor, labels?: Tensor1D): Tensor {
    return this.#through(input, (block, x) => block.infer(x, labels));
  }

  /** The gradients that are wanted, parameters of all blocks together, see `Block.backward`. */
  backward(context: BlockContext, outputGradient: Tensor, want: Want): BackwardResult {
    const contexts = SegmentContext.of(this, context);
    const parameters = new Map<string, Tensor>();
    let gradient: Tensor = outputGradient;
    for (let i = this.blocks.length - 1; i >= 0; i--) {
      const [block, own] = [this.blocks[i], contexts[i]];
      if (!block || !own) break;
      const found = block.backward(own, gradient, { ...want, input: want.input || i > 0 });
      if (gradient !== outputGradient) gradient.dispose();
      for (const [name, value] of found.parameters ?? []) parameters.set(name, value);
      gradient = found.input ?? outputGradient;
    }
    return { ...(want.input && { input: gradient }), ...(want.parameters && { parameters }) };
  }

  /** Moves the running statistics of all blocks, see `Block.commitStatistics`. */
  commitStatistics(context: BlockContext): void {
    const contexts = SegmentContext.of(this, context);
    this.blocks.forEach((block, i) => {
      const own = contexts[i];
      if (own) block.commitStatistics(own);
    });
  }

  dispose(): void {
    for (const block of this.blocks) block.dispose();
  }

  #through(input: Tensor, pass: (block: Block, x: Tensor) => Tensor): Tensor {
    return this.blocks.reduce((x, block) => {
      const output = pass(block, x);
      if (x !== input) x.dispose();
      return output;
    }, input);
  }
}

/** One context for each block of a segment. */
class SegmentContext implements BlockContext {
  readonly #segment: Segment;
  readonly #contexts: readonly BlockContext[];

  constructor(segment: Segment, contexts: readonly BlockContext[]) {
    this.#segment = segment;
    this.#contexts = contexts;
  }

  static of(segment: Segment, context: BlockContext): readonly BlockContext[] {
    if (!(context instanceof SegmentContext) || context.#segment !== segment)
      throw new TypeError('this context is not one of this segment');
    return context.#contexts;
  }

  dispose(): void {
    for (const context of this.#contexts) context.dispose();
  }
}
