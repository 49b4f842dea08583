// Adam in two dispatches a parameter: both moments, then the value.
import { concat, keep, reshape, slice, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { AdamState } from '../adam-state.ts';
import { elementwise } from './programs.ts';

/** Moments held as one tensor, the first moment before the second; takes over the two that it starts from. */
export function adamState(startM: Tensor, startV: Tensor): AdamState {
  const { shape, size } = startM;
  let moments = keep(tidy(() => concat([reshape(startM, [size]), reshape(startV, [size])])));
  startM.dispose();
  startV.dispose();
  return {
    step: (parameter, gradient, { beta1, beta2, rate, epsilon }) => {
      const moved = tidy(() => {
        const next = elementwise(
          `let half = elements / 2;
           let g = gradient[i % half];
           let value = select(
             moments[i] * beta2 + g * g * (1.0 - beta2),
             moments[i] * beta1 + g * (1.0 - beta1),
             i < half);`,
          { shape: [2 * size], variables: { moments, gradient }, settings: { beta1, beta2 } },
        );
        const value = elementwise(
          'let value = old[i] - rate * moments[i] / (sqrt(moments[i + elements]) + epsilon);',
          { shape, variables: { old: parameter.value, moments: next }, settings: { rate, epsilon } },
        );
        return { next, value };
      });
      moments.dispose();
      moments = keep(moved.next);
      parameter.assign(moved.value);
    },
    read: () => tidy(() => ({ m: half(0), v: half(size) })),
    dispose: () => moments.dispose(),
  };

  function half(start: number): Tensor {
    return reshape(slice(moments, [start], [size]), shape);
  }
}
