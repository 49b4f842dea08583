// Adam as TensorFlow's fused operation, which works in place on variables.
import { keep, scalar, type Tensor } from '@tensorflow/tfjs-core';
import type { AdamRates, AdamState } from '../adam-state.ts';
import type { Parameter } from '../../parameter.ts';
import { FLOAT, flag, run, runMany, shape, text } from './operations.ts';

/** Moments held in TensorFlow variables, beside one that takes the parameter's value for the length of a step. */
export function adamState(m: Tensor, v: Tensor): AdamState {
  const [value, first, second] = [variable(m), variable(m), variable(v)];
  assign(first, m);
  assign(second, v);
  m.dispose();
  v.dispose();
  return {
    step: (parameter, gradient, rates) => step(parameter, gradient, rates),
    read: () => ({ m: readVariable(first), v: readVariable(second) }),
    dispose: () => {
      for (const handle of [value, first, second]) {
        runMany('DestroyResourceOp', { ignore_lookup_error: flag(true) }, { inputs: [handle], outputs: 0 });
        handle.dispose();
      }
    },
  };

  function step(parameter: Parameter, gradient: Tensor, rates: AdamRates): void {
    assign(value, parameter.value);
    // With the variable as the only holder of its memory, TensorFlow moves it in place instead of copying it first.
    parameter.dispose();
    const { tensors = [] } = rates;
    runMany('ResourceApplyAdam', ADAM_ATTRIBUTES, {
      inputs: [value, first, second, ...tensors, gradient],
      outputs: 0,
    });
    parameter.assign(readVariable(value));
  }
}

const ADAM_ATTRIBUTES = { T: FLOAT, use_locking: flag(false), use_nesterov: flag(false) };

/** The operation's own bias correction is the identity for powers of zero: `rate` and `epsilon` hold it already. */
export function adamRates(rates: AdamRates): AdamRates {
  const { beta1, beta2, rate, epsilon } = rates;
  return { ...rates, tensors: [0, 0, rate, beta1, beta2, epsilon].map((number) => scalar(number)) };
}

/** A handle to a new variable; its name is unique because workers of one process share TensorFlow's variables. */
function variable({ shape: size }: Tensor): Tensor {
  const name = text(`tessera-${crypto.randomUUID()}`);
  return keep(
    run('VarHandleOp', { container: text(''), shared_name: name, dtype: FLOAT, shape: shape(size) }, []),
  );
}

function assign(handle: Tensor, value: Tensor): void {
  runMany(
    'AssignVariableOp',
    { dtype: FLOAT, validate_shape: flag(false) },
    { inputs: [handle, value], outputs: 0 },
  );
}

function readVariable(handle: Tensor): Tensor {
  return run('ReadVariableOp', { dtype: FLOAT }, [handle]);
}
