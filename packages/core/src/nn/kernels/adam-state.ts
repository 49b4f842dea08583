// Adam's moments of one parameter, and the arithmetic of one step.
import { add, div, keep, mul, sqrt, square, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { Parameter } from '../parameter.ts';

/** The numbers of one step, bias correction included: value - rate x m / (√v + epsilon). */
export interface AdamRates {
  readonly beta1: number;
  readonly beta2: number;
  readonly rate: number;
  readonly epsilon: number;
  /** The same as tensors, where the backend wants them so: made once for all parameters of a block. */
  readonly tensors?: readonly Tensor[];
}

/** The moments of one parameter, wherever the backend keeps them. */
export interface AdamState {
  /** Moves the moments and the parameter's value; the gradient stays the caller's. */
  readonly step: (parameter: Parameter, gradient: Tensor, rates: AdamRates) => void;
  /** The moments as they are now, as new tensors of the caller's. */
  readonly read: () => { m: Tensor; v: Tensor };
  readonly dispose: () => void;
}

/** Moments as plain tensors; takes over the two that it starts from. */
export function adamState(startM: Tensor, startV: Tensor): AdamState {
  let [m, v] = [keep(startM), keep(startV)];
  return {
    step: (parameter, gradient, { beta1, beta2, rate, epsilon }) => {
      const moved = tidy(() => {
        const first = add(mul(m, beta1), mul(gradient, 1 - beta1));
        const second = add(mul(v, beta2), mul(square(gradient), 1 - beta2));
        const change = mul(div(first, add(sqrt(second), epsilon)), rate);
        return { value: sub(parameter.value, change), first, second };
      });
      m.dispose();
      v.dispose();
      [m, v] = [keep(moved.first), keep(moved.second)];
      parameter.assign(moved.value);
    },
    read: () => ({ m: m.clone(), v: v.clone() }),
    dispose: () => {
      m.dispose();
      v.dispose();
    },
  };
}
