// The blocks of one network that are trained in one place: their values, their optimiser, under the pair's names.
import type { NetworkSpec } from '../architecture/index.ts';
import { Adam, disposeGradients, type AdamSettings, type Block, type Gradients } from '../nn/index.ts';
import type { NamedTensors, OptimiserState } from '../tensors/index.ts';
import { merged, withKind, withoutKind } from './names.ts';

/** Blocks with one optimiser, whose moments and step counters are each block's own. */
export class TrainedBlocks {
  readonly network: NetworkSpec;
  readonly blocks: readonly Block[];
  readonly #adam: Adam;

  constructor(network: NetworkSpec, blocks: readonly Block[], optimiser: AdamSettings) {
    this.network = network;
    this.blocks = blocks;
    this.#adam = new Adam(optimiser);
  }

  /** Takes the values of these blocks out of all those of the pair. */
  load(values: NamedTensors): void {
    const own = withoutKind(this.network, values);
    for (const block of this.blocks) block.load(own);
  }

  async values(): Promise<NamedTensors> {
    const each = await Promise.all(this.blocks.map((block) => block.values()));
    return withKind(this.network, merged(each));
  }

  /** Takes over the moments and counters of these blocks; blocks that the state lacks start from zero. */
  loadMoments({ steps, moments }: OptimiserState): void {
    this.#adam.importState({
      steps: withoutKind(this.network, steps),
      moments: withoutKind(this.network, moments),
    });
  }

  async moments(): Promise<OptimiserState> {
    const { steps, moments } = await this.#adam.exportState(this.blocks);
    return { steps: withKind(this.network, steps), moments: withKind(this.network, moments) };
  }

  /**
   * Steps every block that has gradients and disposes of them; the other blocks' counters stay.
   *
   * @param share of the move that is made.
   */
  step(gradients: Gradients, share = 1): void {
    for (const block of this.blocks) {
      if (block.parameters.some(({ name }) => gradients.has(name))) this.#adam.step(block, gradients, share);
    }
    disposeGradients(gradients);
  }

  dispose(): void {
    for (const block of this.blocks) block.dispose();
    this.#adam.dispose();
  }
}

/** The values of both networks' blocks. */
export async function valuesOf(both: readonly TrainedBlocks[]): Promise<NamedTensors> {
  return merged(await Promise.all(both.map((blocks) => blocks.values())));
}

/** The optimisers' state of both networks' blocks. */
export async function momentsOf(both: readonly TrainedBlocks[]): Promise<OptimiserState> {
  const states = await Promise.all(both.map((blocks) => blocks.moments()));
  return {
    steps: merged(states.map(({ steps }) => steps)),
    moments: merged(states.map(({ moments }) => moments)),
  };
}
