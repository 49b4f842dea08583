// One parameter (or running statistic) of a block: its tensor, and what kernels derive from it.
import { keep, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { Layout } from './layout.ts';

/** A named tensor that layers read and optimisers replace; arrangements derived from it live as long as its value. */
export class Parameter {
  readonly name: string;
  readonly trainable: boolean;
  readonly layout: Layout;
  #value: Tensor | undefined;
  readonly #derived = new Map<string, Tensor>();

  constructor(name: string, trainable: boolean, layout: Layout) {
    this.name = name;
    this.trainable = trainable;
    this.layout = layout;
  }

  /** The current value, in the layout of `nn/`; it stays the parameter's own. */
  get value(): Tensor {
    if (!this.#value) throw new Error(`"${this.name}" has no value yet: call load() first`);
    return this.#value;
  }

  /** Another arrangement of the value, computed once and kept until the value changes; it stays the parameter's own. */
  derived(arrangement: string, make: (value: Tensor) => Tensor): Tensor {
    let tensor = this.#derived.get(arrangement);
    if (!tensor) {
      tensor = keep(tidy(() => make(this.value)));
      this.#derived.set(arrangement, tensor);
    }
    return tensor;
  }

  /** Replaces the value; the tensor belongs to the parameter from now on. */
  assign(value: Tensor): void {
    this.dispose();
    this.#value = keep(value);
  }

  dispose(): void {
    this.#value?.dispose();
    this.#value = undefined;
    for (const tensor of this.#derived.values()) tensor.dispose();
    this.#derived.clear();
  }
}
