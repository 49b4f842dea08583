// How each parameter lies in memory inside `nn/`, and the way there from PyTorch's layout and back.
import { elementCount } from '../tensors/index.ts';

/**
 * PyTorch's shape split into `view`, whose axes taken in the order `axes` give the tensor inside `nn/`, which is then
 * read as `shape`. For a Conv2d: view [out, in, kh, kw], axes [2, 3, 1, 0], shape [kh, kw, in, out].
 */
export interface Layout {
  /** The shape in PyTorch. */
  readonly outside: readonly number[];
  /** The shape inside `nn/`. */
  readonly shape: readonly number[];
  readonly view: readonly number[];
  readonly axes: readonly number[];
}

/** [channels, height, width] of an image behind a vector whose units PyTorch numbers channel-first. */
export type UnitShape = readonly [channels: number, height: number, width: number];

/** A parameter that lies in `nn/` as it lies in PyTorch. */
export function sameLayout(shape: readonly number[]): Layout {
  return { outside: shape, shape, view: shape, axes: shape.map((_, axis) => axis) };
}

/** A convolution's weight: PyTorch's [a, b, kh, kw] is [kh, kw, b, a] here, for transposed ones too. */
export function filterLayout(first: number, second: number, kernel: number): Layout {
  const outside = [first, second, kernel, kernel];
  return { outside, shape: [kernel, kernel, second, first], view: outside, axes: [2, 3, 1, 0] };
}

/** A value per unit of a vector; where an image stands behind the units they are renumbered channel-last. */
export function unitLayout(units: number, image?: UnitShape): Layout {
  if (!image) return sameLayout([units]);
  return { outside: [units], shape: [units], view: image, axes: [1, 2, 0] };
}

/** A dense weight: PyTorch's [out, in] is [in, out] here, both renumbered channel-last where an image stands behind. */
export function denseLayout(outputs: number, inputs: number, behind: DenseImages): Layout {
  const out = unitLayout(outputs, behind.output);
  const into = unitLayout(inputs, behind.input);
  return {
    outside: [outputs, inputs],
    shape: [inputs, outputs],
    view: [...out.view, ...into.view],
    axes: [...into.axes.map((axis) => axis + out.view.length), ...out.axes],
  };
}

/** The images behind a dense layer's input (after a flatten) and output (before an unflatten). */
export interface DenseImages {
  readonly input: UnitShape | undefined;
  readonly output: UnitShape | undefined;
}

/** Values in PyTorch's order, brought into the order of `nn/`. */
export function toInside(layout: Layout, outside: Float32Array): Float32Array {
  const inside = new Float32Array(outside.length);
  visit(layout, (from, to) => (inside[to] = outside[from] ?? 0));
  return inside;
}

/** Values in the order of `nn/`, brought into PyTorch's order. */
export function toOutside(layout: Layout, inside: Float32Array): Float32Array {
  const outside = new Float32Array(inside.length);
  visit(layout, (to, from) => (outside[to] = inside[from] ?? 0));
  return outside;
}

/** Calls `move` with each element's place outside and inside, in the order of the places inside. */
function visit(layout: Layout, move: (outside: number, inside: number) => void): void {
  const strides = layout.view.map((_, axis) => elementCount(layout.view.slice(axis + 1)));
  const sizes = layout.axes.map((axis) => layout.view[axis] ?? 0);
  const steps = layout.axes.map((axis) => strides[axis] ?? 0);
  let inside = 0;
  const walk = (depth: number, outside: number): void => {
    const size = sizes[depth] ?? 0;
    const step = steps[depth] ?? 0;
    if (depth === sizes.length - 1) {
      for (let i = 0; i < size; i++) move(outside + i * step, inside++);
    } else {
      for (let i = 0; i < size; i++) walk(depth + 1, outside + i * step);
    }
  };
  walk(0, 0);
}
