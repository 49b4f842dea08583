// Adam (Kingma and Ba, arXiv 1412.6980), with moments and a step counter for each block.
import {
  add,
  div,
  keep,
  mul,
  sqrt,
  square,
  sub,
  tensor,
  tidy,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { PlainTensor } from '../tensors/index.ts';
import type { Block, Gradients } from './block.ts';
import { toInside, toOutside } from './layout.ts';
import type { OptimiserState } from '../tensors/index.ts';
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

interface Moments {
  readonly parameter: Parameter;
  m: Tensor;
  v: Tensor;
}

/** Adam as in PyTorch: bias-corrected by the block's own step count, epsilon outside the root. */
export class Adam implements Optimiser {
  readonly #settings: AdamSettings;
  readonly #moments = new Map<string, Moments>();
  #steps = new Map<string, number>();
  /** Imported moments of parameters that were not stepped since. */
  #imported = new Map<string, PlainTensor>();

  constructor(settings: AdamSettings) {
    this.#settings = settings;
  }

  step(block: Block, gradients: Gradients): void {
    const count = (this.#steps.get(block.name) ?? 0) + 1;
    for (const { parameter, gradient } of pairs(block, gradients)) this.#move(parameter, gradient, count);
    this.#steps.set(block.name, count);
  }

  async exportState(blocks: readonly Block[]): Promise<OptimiserState> {
    const steps = stepsOf(blocks, this.#steps);
    const names = blocks.flatMap((block) => block.parameters.map((parameter) => parameter.name));
    const held = names.flatMap((name) => this.#moments.get(name) ?? []);
    const waiting = names.flatMap((name) => [`${name}/m`, `${name}/v`]);
    const imported = waiting.flatMap((key) => {
      const moment = this.#imported.get(key);
      return moment ? [[key, moment] as const] : [];
    });
    const data = await readAll(held.flatMap(({ m, v }) => [m, v]));
    const read = held.flatMap(({ parameter }, i) =>
      (['m', 'v'] as const).map((moment, j) => {
        const inside = data[2 * i + j] ?? new Float32Array();
        const value = { shape: parameter.layout.outside, data: toOutside(parameter.layout, inside) };
        return [`${parameter.name}/${moment}`, value] as const;
      }),
    );
    return { steps, moments: new Map([...imported, ...read]) };
  }

  importState(state: OptimiserState): void {
    this.dispose();
    this.#steps = new Map(state.steps);
    this.#imported = new Map(state.moments);
  }

  dispose(): void {
    for (const { m, v } of this.#moments.values()) {
      m.dispose();
      v.dispose();
    }
    this.#moments.clear();
    this.#imported.clear();
    this.#steps.clear();
  }

  #move(parameter: Parameter, gradient: Tensor, count: number): void {
    const { learningRate, beta1, beta2, epsilon } = this.#settings;
    const moments = this.#momentsOf(parameter);
    const root = Math.sqrt(1 - beta2 ** count);
    const rate = (learningRate * root) / (1 - beta1 ** count);
    const moved = tidy(() => {
      const m = add(mul(moments.m, beta1), mul(gradient, 1 - beta1));
      const v = add(mul(moments.v, beta2), mul(square(gradient), 1 - beta2));
      const value = sub(parameter.value, mul(div(m, add(sqrt(v), epsilon * root)), rate));
      return { value, m, v };
    });
    moments.m.dispose();
    moments.v.dispose();
    moments.m = keep(moved.m);
    moments.v = keep(moved.v);
    parameter.assign(moved.value);
  }

  #momentsOf(parameter: Parameter): Moments {
    let moments = this.#moments.get(parameter.name);
    if (!moments) {
      moments = { parameter, m: this.#start(parameter, 'm'), v: this.#start(parameter, 'v') };
      this.#moments.set(parameter.name, moments);
    }
    return moments;
  }

  #start({ name, layout }: Parameter, moment: 'm' | 'v'): Tensor {
    const key = `${name}/${moment}`;
    const imported = this.#imported.get(key);
    if (!imported) return keep(zeros([...layout.shape]));
    if (imported.data.length !== layout.shape.reduce((a, b) => a * b, 1))
      throw new RangeError(
        `the saved moment "${key}" is [${imported.shape.join(', ')}] but must be [${layout.outside.join(', ')}]`,
      );
    this.#imported.delete(key);
    return keep(tensor(toInside(layout, imported.data), [...layout.shape], 'float32'));
  }
}
