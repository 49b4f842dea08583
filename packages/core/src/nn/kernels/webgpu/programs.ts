// Small WGSL programs, run through the program interface of TensorFlow.js's webgpu backend.
import { backend, engine, reshape, type Tensor, type Tensor1D, type TensorInfo } from '@tensorflow/tfjs-core';
import { elementCount } from '../../../tensors/index.ts';
import { channels } from '../../axes.ts';

/** The part of the webgpu backend that runs programs; its package exports no type for it. */
interface ProgramBackend {
  runWebGPUProgram(
    program: Program,
    inputs: readonly TensorInfo[],
    dtype: NumberType,
    uniforms: readonly { readonly type: 'int32' | 'float32'; readonly data: readonly number[] }[],
  ): TensorInfo;
}

/** What the backend wants to know of a program; it writes `dispatch` and `shaderKey` anew. */
interface Program {
  readonly outputShape: number[];
  readonly variableNames: string[];
  readonly uniforms: string;
  readonly workgroupSize: [number, number, number];
  readonly dispatchLayout: { readonly x: number[] };
  dispatch: [number, number, number];
  shaderKey: string;
  readonly getUserCode: () => string;
}

/** What a program's numbers are. */
export type NumberType = 'float32' | 'int32';

/** Tensors that a program reads, by their names in its code. */
export type Variables = Readonly<Record<string, Tensor>>;

/** Floating-point settings of a program, by their names in its code. */
export type Settings = Readonly<Record<string, number>>;

/** Threads of one workgroup; the smallest limit of any WebGPU device. */
const THREADS = 256;

/** What a program works on. */
export interface Work {
  /** Of the samples: the output's own for `elementwise`, the summed tensor's for `channelSum`. */
  readonly shape: readonly number[];
  readonly variables: Variables;
  readonly settings?: Settings;
  /** Of the result; floating-point where nothing is said. */
  readonly type?: NumberType;
  /** WGSL functions that the code calls. */
  readonly functions?: string;
}

/**
 * One number per element. `code` is WGSL that declares `value`; it sees the element's number `i` of `elements`, its
 * channel `c` (its place on the last axis), the variables as flat arrays, and the settings.
 */
export function elementwise(code: string, work: Work): Tensor {
  const main = `
    if (index < elements) {
      let i = index;
      let c = i % channels;
      ${code}
      result[i] = value;
    }`;
  const size = elementCount(work.shape);
  return reshape(launch(main, work, { size, workgroups: Math.ceil(size / THREADS) }), [...work.shape]);
}

/** The sum of `value` over all samples of each channel; `code` as for `elementwise`. */
export function channelSum(code: string, work: Work): Tensor1D {
  const count = work.shape.at(-1) ?? 1;
  const few = elementCount(work.shape) / count <= THREADS;
  const run = few
    ? launch(sumByThread(code), work, { size: count, workgroups: Math.ceil(count / THREADS) })
    : launch(sumByWorkgroup(code), work, { size: count, workgroups: count });
  return channels(run);
}

/** One thread sums one channel: neighbouring threads read neighbouring numbers. */
function sumByThread(code: string): string {
  return `
    if (index < channels) {
      let c = index;
      var sum = 0.0;
      for (var i = c; i < elements; i += channels) {
        ${code}
        sum += value;
      }
      result[c] = sum;
    }`;
}

/** One workgroup sums one channel, so that no thread adds up more than its 1/256 of the samples. */
function sumByWorkgroup(code: string): string {
  return `
    let c = index / ${THREADS};
    var sum = 0.0;
    for (var i = c + i32(localIndex) * channels; c < channels && i < elements; i += ${THREADS} * channels) {
      ${code}
      sum += value;
    }
    sums[localIndex] = sum;
    workgroupBarrier();
    for (var reach = ${THREADS / 2}u; reach > 0u; reach /= 2u) {
      if (localIndex < reach) { sums[localIndex] += sums[localIndex + reach]; }
      workgroupBarrier();
    }
    if (localIndex == 0u && c < channels) { result[c] = sums[0]; }`;
}

function launch(
  main: string,
  { shape, variables, settings = {}, type = 'float32', functions = '' }: Work,
  { size, workgroups }: { readonly size: number; readonly workgroups: number },
): Tensor {
  const names = Object.keys(settings);
  const code = `
    var<workgroup> sums : array<f32, ${THREADS}>;
    ${functions}
    fn main(index : i32) {
      let elements = uniforms.elements;
      let channels = uniforms.channels;
      ${names.map((name) => `let ${name} = uniforms.${name};`).join('\n')}
      ${main}
    }`;
  const program: Program = {
    outputShape: [size],
    variableNames: Object.keys(variables),
    uniforms: `elements : i32, channels : i32, ${names.map((name) => `${name} : f32, `).join('')}`,
    workgroupSize: [THREADS, 1, 1],
    dispatchLayout: { x: [0] },
    dispatch: [workgroups, 1, 1],
    shaderKey: `tessera ${code}`,
    getUserCode: () => code,
  };
  const inputs = Object.values(variables).map((variable) => reshape(variable, [variable.size]));
  const uniforms = [
    ...[elementCount(shape), shape.at(-1) ?? 1].map((value) => ({ type: 'int32' as const, data: [value] })),
    ...Object.values(settings).map((value) => ({ type: 'float32' as const, data: [value] })),
  ];
  // Only reached when the backend is named `webgpu`.
  const programs = backend() as unknown as ProgramBackend;
  return engine().makeTensorFromTensorInfo(programs.runWebGPUProgram(program, inputs, type, uniforms));
}
