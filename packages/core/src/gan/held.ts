// What a step keeps alive between its exchanges, freed in one go however the step ends.
import { keep, Tensor } from '@tensorflow/tfjs-core';
import type { Gradients } from '../nn/index.ts';

interface Disposable {
  dispose(): void;
}

/** Tensors and contexts of one step. Freeing one of them earlier is fine: disposing twice does nothing. */
export class Held {
  readonly #items = new Set<Disposable>();

  /** Keeps it, beyond the end of a surrounding `tidy`, until `dispose`. */
  add<Item extends Disposable>(item: Item): Item {
    this.#items.add(item instanceof Tensor ? keep(item) : item);
    return item;
  }

  /** Keeps every gradient. */
  addGradients(gradients: Gradients): Gradients {
    for (const gradient of gradients.values()) this.add(gradient);
    return gradients;
  }

  dispose(): void {
    for (const item of this.#items) item.dispose();
    this.#items.clear();
  }
}
