// One block as a forward/backward pair with room for a network hop in between.
import { keep, tensor, tidy, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { cutShapes, type NetworkSpec } from '../architecture/index.ts';
import { tensorNamed, type NamedTensors, type PlainTensor } from '../tensors/index.ts';
import { buildLayers } from './layers/build.ts';
import type { ForwardOptions, Layer, LayerGradients, Pass, Want } from './layers/layer.ts';
import { toInside, toOutside } from './layout.ts';
import type { Parameter } from './parameter.ts';
import { readAll } from './read.ts';

/** Everything a backward pass needs; opaque. Whoever asked for the forward pass disposes it. */
export interface BlockContext {
  dispose(): void;
}

/** Gradients by full parameter name ('block2.conv.weight'), in the layout of `nn/`; the caller owns the tensors. */
export type Gradients = ReadonlyMap<string, Tensor>;

/** What a backward pass found; a gradient that was not wanted is absent. */
export interface BackwardResult {
  readonly input?: Tensor;
  readonly parameters?: Gradients;
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
  backward(context: BlockContext, outputGradient: Tensor, want: Want): BackwardResult {
    const passes = Context.of(this, context).passes;
    checkShape(`the gradient at the output of ${this.name}`, outputGradient, this.outputShape);
    const parameters = new Map<string, Tensor>();
    const firstWithParameters = this.#layers.findIndex((layer) => layer.parameters.length > 0);
    const input = tidy(() => {
      let gradient: Tensor | undefined = outputGradient;
      for (let i = this.#layers.length - 1; i >= 0 && gradient; i--) {
        const further = want.input || (want.parameters && i > firstWithParameters);
        const found: LayerGradients | undefined = passes[i]?.backward(gradient, {
          input: further,
          parameters: want.parameters,
        });
        gradient = found?.input;
        if (want.parameters) this.#collect(i, found?.parameters ?? [], parameters);
      }
      return want.input ? gradient?.clone() : undefined;
    });
    return { ...(input && { input }), ...(want.parameters && { parameters }) };
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

  #collect(layer: number, found: readonly Tensor[], into: Map<string, Tensor>): void {
    const trainable = this.#layers[layer]?.parameters.filter((parameter) => parameter.trainable) ?? [];
    found.forEach((gradient, i) => {
      const parameter = trainable[i];
      if (parameter) into.set(parameter.name, keep(gradient));
    });
  }
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
