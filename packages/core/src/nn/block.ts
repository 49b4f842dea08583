// One block as a forward/backward pair with room for a network hop in between.
import { keep, tensor, tidy, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { cutShapes, type NetworkSpec } from '../architecture/index.ts';
import { tensorNamed, type NamedTensors, type PlainTensor } from '../tensors/index.ts';
import { buildLayers } from './layers/build.ts';
import type { ForwardOptions, Layer, LayerGradients, Pass } from './layers/layer.ts';
import { toInside, toOutside } from './layout.ts';
import type { Parameter } from './parameter.ts';
import { readAll } from './read.ts';

/** Everything a backward pass needs; opaque. Whoever asked for the forward pass disposes it. */
export interface BlockContext {
  dispose(): void;
}

/** Gradients by full parameter name ('block2.conv.weight'), in the layout of `nn/`; the caller owns the tensors. */
export type Gradients = ReadonlyMap<string, Tensor>;

/** Which gradients of a block are wanted. */
export interface BlockWant {
  readonly input: boolean;
  /** 'later': what the input's gradient does not need is put off, so that the input's gradient is there sooner. */
  readonly parameters: boolean | 'later';
}

/** Gradients that were put off. The context must stay valid until they are computed; disposing gives them up. */
export interface LaterGradients {
  /** To be asked for once. */
  compute(): Gradients;
  dispose(): void;
}

/** What a backward pass found; a gradient that was not wanted is absent. */
export interface BackwardResult {
  readonly input?: Tensor;
  /** With 'later' only those that were not put off. */
  readonly parameters?: Gradients;
  readonly later?: LaterGradients;
}

/** A block of a network with its values on the active backend. */
export class Block {
  /** 'block1', 'block2', … */
  readonly name: string;
  /** Per-sample shape that enters (without labels). */
  readonly inputShape: readonly number[];
  /** Per-sample shape that leaves. */
  readonly outputShape: readonly number[];
  readonly #layers: readonly Layer[];

  /** @param index the block's number, counted from 1; throws a RangeError when the network has no such block. */
  constructor(network: NetworkSpec, index: number) {
    const spec = network.blocks[index - 1];
    const shapes = cutShapes(network);
    const [input, output] = [shapes[index - 1], shapes[index]];
    if (!spec || !input || !output)
      throw new RangeError(
        `the ${network.kind} has blocks 1 to ${network.blocks.length}, but no block ${index}`,
      );
    this.name = spec.name;
    this.inputShape = input;
    this.outputShape = output;
    this.#layers = buildLayers(spec, input);
  }

  /** Every parameter and running statistic, in the order of `parametersOf`. */
  get parameters(): readonly Parameter[] {
    return this.#layers.flatMap((layer) => layer.parameters);
  }

  /** Takes this block's values, named and laid out as in PyTorch; throws a RangeError on a missing, misshapen or non-finite one and then changes nothing. */
  load(values: NamedTensors): void {
    const own = this.parameters;
    const checked = own.map((parameter) => checkedValue(parameter, tensorNamed(values, parameter.name)));
    own.forEach((parameter, i) => {
      const inside = toInside(parameter.layout, checked[i] ?? new Float32Array());
      parameter.assign(tensor(inside, [...parameter.layout.shape], 'float32'));
    });
  }

  /** Takes over the values of the same block elsewhere, without reading them back. */
  copy(from: Block, what: 'all' | 'statistics'): void {
    this.parameters.forEach((parameter, i) => {
      const source = from.parameters[i];
      if (source && (what === 'all' || !parameter.trainable)) parameter.assign(source.value.clone());
    });
  }

  /** The block's values, named and laid out as in PyTorch, in the order of `parametersOf`. */
  async values(): Promise<NamedTensors> {
    const own = this.parameters;
    const data = await readAll(own.map((parameter) => parameter.value));
    return new Map(
      own.map((parameter, i) => [parameter.name, plain(parameter, data[i] ?? new Float32Array())]),
    );
  }

  /** A pass that can be gone back. The input stays the caller's, the output and the context become the caller's. */
  forward(input: Tensor, options: ForwardOptions): { output: Tensor; context: BlockContext } {
    checkShape(`the input of ${this.name}`, input, this.inputShape);
    const passes: Pass[] = [];
    const output = tidy(() => {
      let x: Tensor = input.clone();
      for (const layer of this.#layers) {
        const pass = layer.forward(x, options);
        passes.push(pass);
        x = pass.output;
      }
      for (const saved of passes.flatMap((pass) => pass.saved)) keep(saved);
      return x.clone();
    });
    return { output, context: new Context(this, passes) };
  }

  /** A pass in running mode; nothing is kept but the output, which is the caller's. */
  infer(input: Tensor, labels?: Tensor1D): Tensor {
    checkShape(`the input of ${this.name}`, input, this.inputShape);
    return tidy(() => this.#layers.reduce((x, layer) => layer.infer(x, labels), input.clone()));
  }

  /** The gradients that are wanted; the context stays valid. What is returned belongs to the caller. */
  backward(context: BlockContext, outputGradient: Tensor, want: BlockWant): BackwardResult {
    const passes = Context.of(this, context).passes;
    checkShape(`the gradient at the output of ${this.name}`, outputGradient, this.outputShape);
    const parameters = new Map<string, Tensor>();
    const putOff: PutOff[] = [];
    const firstWithParameters = this.#layers.findIndex((layer) => layer.parameters.length > 0);
    const input = tidy(() => {
      let gradient: Tensor | undefined = outputGradient;
      for (let i = this.#layers.length - 1; i >= 0 && gradient; i--) {
        const further = want.input || (want.parameters !== false && i > firstWithParameters);
        const isPutOff = want.parameters === 'later' && this.#layers[i]?.separable === true;
        if (isPutOff) putOff.push({ layer: i, outputGradient: keep(gradient.clone()) });
        const found: LayerGradients | undefined = passes[i]?.backward(gradient, {
          input: further,
          parameters: want.parameters !== false && !isPutOff,
        });
        gradient = found?.input;
        if (want.parameters !== false) this.#collect(i, found?.parameters ?? [], parameters);
      }
      return want.input ? gradient?.clone() : undefined;
    });
    return {
      ...(input && { input }),
      ...(want.parameters !== false && { parameters }),
      ...(want.parameters === 'later' && { later: this.#later(context, putOff) }),
    };
  }

  /** Moves the running statistics by the context's batch; a training pass does not move them by itself. */
  commitStatistics(context: BlockContext): void {
    const { passes } = Context.of(this, context);
    tidy(() => passes.forEach((pass) => pass.commitStatistics?.()));
  }

  /**
   * A scalar: how far the context's batch statistics are from the running ones, in running standard deviations; the
   * caller's. Undefined for a block without a normalisation. Ask before the statistics are committed.
   */
  drift(context: BlockContext): Tensor | undefined {
    const { passes } = Context.of(this, context);
    return tidy(() => passes.map((pass) => pass.drift?.()).find((drift) => drift !== undefined));
  }

  dispose(): void {
    for (const parameter of this.parameters) parameter.dispose();
  }

  #later(context: BlockContext, putOff: readonly PutOff[]): LaterGradients {
    const dispose = () => {
      for (const { outputGradient } of putOff) outputGradient.dispose();
    };
    return {
      compute: () => {
        const parameters = new Map<string, Tensor>();
        const { passes } = Context.of(this, context);
        tidy(() => {
          for (const { layer, outputGradient } of putOff) {
            const found = passes[layer]?.backward(outputGradient, { input: false, parameters: true });
            this.#collect(layer, found?.parameters ?? [], parameters);
          }
        });
        dispose();
        return parameters;
      },
      dispose,
    };
  }

  #collect(layer: number, found: readonly Tensor[], into: Map<string, Tensor>): void {
    const trainable = this.#layers[layer]?.parameters.filter((parameter) => parameter.trainable) ?? [];
    found.forEach((gradient, i) => {
      const parameter = trainable[i];
      if (parameter) into.set(parameter.name, keep(gradient));
    });
  }
}

/** A layer whose parameters' gradients are still to be computed, from this gradient at its output. */
interface PutOff {
  readonly layer: number;
  readonly outputGradient: Tensor;
}

/** The passes through a block's layers, and the tensors they hold on to, which are kept already. */
class Context implements BlockContext {
  readonly #block: Block;
  readonly #passes: readonly Pass[];
  #saved: ReadonlySet<Tensor> | undefined;

  constructor(block: Block, passes: readonly Pass[]) {
    this.#block = block;
    this.#passes = passes;
    this.#saved = new Set(passes.flatMap((pass) => pass.saved));
  }

  static of(block: Block, context: BlockContext): Context {
    if (!(context instanceof Context) || context.#block !== block)
      throw new TypeError(`this context is not one of ${block.name}`);
    return context;
  }

  get passes(): readonly Pass[] {
    if (!this.#saved) throw new Error(`this context of ${this.#block.name} is already disposed`);
    return this.#passes;
  }

  dispose(): void {
    for (const saved of this.#saved ?? []) saved.dispose();
    this.#saved = undefined;
  }
}

function checkedValue(parameter: Parameter, { shape, data }: PlainTensor): Float32Array {
  const expected = parameter.layout.outside;
  if (!sameShape(shape, expected))
    throw new RangeError(`"${parameter.name}" is [${shape.join(', ')}] but must be [${expected.join(', ')}]`);
  if (!data.every(Number.isFinite))
    throw new RangeError(`"${parameter.name}" holds a number that is not finite`);
  return data;
}

function plain(parameter: Parameter, inside: Float32Array): PlainTensor {
  return { shape: parameter.layout.outside, data: toOutside(parameter.layout, inside) };
}

function checkShape(what: string, { shape }: Tensor, sample: readonly number[]): void {
  if (!sameShape(shape.slice(1), sample))
    throw new RangeError(`${what} is [${shape.join(', ')}] but must be [batch, ${sample.join(', ')}]`);
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
