// Adam (Kingma and Ba, arXiv 1412.6980), with moments and a step counter for each block.
import { tensor, tidy } from '@tensorflow/tfjs-core';
import { elementCount, type OptimiserState, type PlainTensor } from '../tensors/index.ts';
import type { Block, Gradients } from './block.ts';
import type { AdamRates, AdamState } from './kernels/adam-state.ts';
import { kernels } from './kernels/select.ts';
import { toInside, toOutside } from './layout.ts';
import { pairs, stepsOf, type Optimiser } from './optimiser.ts';
import type { Parameter } from './parameter.ts';
import { readAll } from './read.ts';

/** Settings of Adam; the paper's of HuSCF-GAN are 2e-4, 0.5, 0.999 and 1e-8. */
export interface AdamSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** The epsilon of PyTorch's Adam. */
const EPSILON = 1e-8;

/** Adam as a run's settings ask for it. */
export function adamOf({ learningRate, beta1, beta2 }: Omit<AdamSettings, 'epsilon'>): AdamSettings {
  return { learningRate, beta1, beta2, epsilon: EPSILON };
}

/** Adam as in PyTorch: bias-corrected by the block's own step count, epsilon outside the root. */
export class Adam implements Optimiser {
  readonly #settings: AdamSettings;
  readonly #states = new Map<string, AdamState>();
  #steps = new Map<string, number>();
  /** Imported moments of parameters that were not stepped since. */
  #imported = new Map<string, PlainTensor>();

  constructor(settings: AdamSettings) {
    this.#settings = settings;
  }

  /** @param share of the move that is made; the moments take the whole gradient. */
  step(block: Block, gradients: Gradients, share = 1): void {
    const count = (this.#steps.get(block.name) ?? 0) + 1;
    // All states before the first step, so that a bad one moves nothing.
    const moves = pairs(block, gradients).map((pair) => ({ ...pair, state: this.#stateOf(pair.parameter) }));
    tidy(() => {
      const rates = kernels().adamRates(this.#ratesAt(count, share));
      for (const { parameter, gradient, state } of moves) state.step(parameter, gradient, rates);
    });
    this.#steps.set(block.name, count);
  }

  async exportState(blocks: readonly Block[]): Promise<OptimiserState> {
    const steps = stepsOf(blocks, this.#steps);
    const parameters = blocks.flatMap((block) => block.parameters.filter(({ trainable }) => trainable));
    const imported = parameters
      .flatMap(({ name }) => [`${name}/m`, `${name}/v`])
      .flatMap((key): [string, PlainTensor][] => {
        const moment = this.#imported.get(key);
        return moment ? [[key, moment]] : [];
      });
    const held = parameters.flatMap(({ name, layout }) => {
      const moments = this.#states.get(name)?.read();
      return moments
        ? [
            { key: `${name}/m`, layout, tensor: moments.m },
            { key: `${name}/v`, layout, tensor: moments.v },
          ]
        : [];
    });
    const reading = readAll(held.map((moment) => moment.tensor));
    for (const moment of held) moment.tensor.dispose();
    const data = await reading;
    const read = held.map(({ key, layout }, i): [string, PlainTensor] => {
      const inside = data[i] ?? new Float32Array();
      return [key, { shape: layout.outside, data: toOutside(layout, inside) }];
    });
    return { steps, moments: new Map([...imported, ...read]) };
  }

  importState(state: OptimiserState): void {
    this.dispose();
    this.#steps = new Map(state.steps);
    this.#imported = new Map(state.moments);
  }

  dispose(): void {
    for (const state of this.#states.values()) state.dispose();
    this.#states.clear();
    this.#imported.clear();
    this.#steps.clear();
  }

  #ratesAt(count: number, share: number): AdamRates {
    const { learningRate, beta1, beta2, epsilon } = this.#settings;
    const root = Math.sqrt(1 - beta2 ** count);
    return {
      beta1,
      beta2,
      rate: (share * learningRate * root) / (1 - beta1 ** count),
      epsilon: epsilon * root,
    };
  }

  #stateOf(parameter: Parameter): AdamState {
    let state = this.#states.get(parameter.name);
    if (!state) {
      const [m, v] = [this.#start(parameter, 'm'), this.#start(parameter, 'v')];
      const { shape } = parameter.layout;
      state = kernels().adamState(tensor(m, [...shape], 'float32'), tensor(v, [...shape], 'float32'));
      this.#states.set(parameter.name, state);
      for (const moment of ['m', 'v']) this.#imported.delete(`${parameter.name}/${moment}`);
    }
    return state;
  }

  /** The imported moment, else zeros; throws a RangeError that names a moment of another shape. */
  #start({ name, layout }: Parameter, moment: 'm' | 'v'): Float32Array {
    const key = `${name}/${moment}`;
    const imported = this.#imported.get(key);
    if (!imported) return new Float32Array(elementCount(layout.shape));
    if (imported.shape.join() !== layout.outside.join())
      throw new RangeError(
        `the saved moment "${key}" is [${imported.shape.join(', ')}] but must be [${layout.outside.join(', ')}]`,
      );
    return toInside(layout, imported.data);
  }
}
