// Who draws: one generator, or several that take turns.
import type { BodyPort } from '@tessera/core/session';
import { elementCount, type NamedTensors, type PlainTensor } from '@tessera/core/tensors';

/** Draws an image for each label, [labels, h, w, c] in [-1, 1], with noise from the seed. */
export type Draw = (labels: Int32Array, seed: number) => Promise<PlainTensor>;

/** Image i is drawn by generator i modulo their number, so that each draws an equal share. Throws a RangeError without any. */
export function drawingOf(body: Pick<BodyPort, 'sample'>, generators: readonly NamedTensors[]): Draw {
  const [only] = generators;
  if (!only) throw new RangeError('there is no generator yet');
  if (generators.length === 1) return (labels, seed) => body.sample({ generator: only, labels, seed });
  return async (labels, seed) => {
    const parts: PlainTensor[] = [];
    for (const [k, generator] of generators.entries()) {
      const own = labels.filter((_, i) => i % generators.length === k);
      if (own.length > 0) parts.push(await body.sample({ generator, labels: own, seed: seed + k }));
    }
    return interleaved(parts, labels.length);
  };
}

/** Row i is row floor(i / parts) of part i modulo parts. */
function interleaved(parts: readonly PlainTensor[], rows: number): PlainTensor {
  const [, ...shape] = parts[0]?.shape ?? [];
  const size = elementCount(shape);
  const data = new Float32Array(rows * size);
  for (let i = 0; i < rows; i++) {
    const from = Math.floor(i / parts.length) * size;
    const part = parts[i % parts.length]?.data.subarray(from, from + size);
    if (part) data.set(part, i * size);
  }
  return { shape: [rows, ...shape], data };
}
