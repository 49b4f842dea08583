// What an optimiser is, and the arithmetic of stochastic gradient descent.
import { mul, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { OptimiserState } from '../tensors/index.ts';
import type { Block, Gradients } from './block.ts';
import type { Parameter } from './parameter.ts';

/** Moves the parameters of one network's blocks against their gradients. */
export interface Optimiser {
  /** One step of one block. Gradients of other blocks may stand beside its own; all stay the caller's. */
  step(block: Block, gradients: Gradients): void;
  /** The state of those blocks, as it is now. */
  exportState(blocks: readonly Block[]): Promise<OptimiserState>;
  /** Replaces the whole state; blocks that the new one lacks start from zero. */
  importState(state: OptimiserState): void;
  dispose(): void;
}

/** The block's trainable parameters with their gradients; throws a RangeError that names a missing one. */
export function pairs(block: Block, gradients: Gradients): { parameter: Parameter; gradient: Tensor }[] {
  return block.parameters
    .filter((parameter) => parameter.trainable)
    .map((parameter) => {
      const gradient = gradients.get(parameter.name);
      if (!gradient) throw new RangeError(`no gradient for "${parameter.name}"`);
      return { parameter, gradient };
    });
}

/** Plain stochastic gradient descent: value - learningRate x gradient. */
export class Sgd implements Optimiser {
  readonly #learningRate: number;
  #steps = new Map<string, number>();

  constructor({ learningRate }: { readonly learningRate: number }) {
    this.#learningRate = learningRate;
  }

  step(block: Block, gradients: Gradients): void {
    for (const { parameter, gradient } of pairs(block, gradients))
      parameter.assign(tidy(() => sub(parameter.value, mul(gradient, this.#learningRate))));
    this.#steps.set(block.name, (this.#steps.get(block.name) ?? 0) + 1);
  }

  exportState(blocks: readonly Block[]): Promise<OptimiserState> {
    return Promise.resolve({ steps: stepsOf(blocks, this.#steps), moments: new Map() });
  }

  importState(state: OptimiserState): void {
    this.#steps = new Map(state.steps);
  }

  dispose(): void {
    this.#steps.clear();
  }
}

/** The counters of those blocks alone. */
export function stepsOf(blocks: readonly Block[], steps: ReadonlyMap<string, number>): Map<string, number> {
  const names = new Set(blocks.map((block) => block.name));
  return new Map([...steps].filter(([name]) => names.has(name)));
}
