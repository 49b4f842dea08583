// TensorFlow's operations by name, through the backend of tfjs-node.
import { backend, type Tensor } from '@tensorflow/tfjs-core';

/** The part of tfjs-node's backend that runs any operation; its package exports no type for it. */
interface OperationBackend {
  readonly binding: Readonly<Record<`TF_ATTR_${Kind}` | 'TF_FLOAT', number>>;
  executeSingleOutput(name: string, attributes: readonly NamedAttribute[], inputs: readonly Tensor[]): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly NamedAttribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
}

type Kind = 'STRING' | 'INT' | 'FLOAT' | 'BOOL' | 'TYPE' | 'SHAPE';

interface NamedAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** An attribute's value with the kind that TensorFlow must be told. */
export interface Attribute {
  readonly kind: Kind;
  readonly value: unknown;
}

/** Attributes by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** The element type of every tensor here. */
export const FLOAT: Attribute = { kind: 'TYPE', value: 'TF_FLOAT' };

/** A text attribute. */
export function text(value: string): Attribute {
  return { kind: 'STRING', value };
}

/** An attribute of whole numbers. */
export function integers(value: readonly number[]): Attribute {
  return { kind: 'INT', value };
}

/** A floating-point attribute. */
export function float(value: number): Attribute {
  return { kind: 'FLOAT', value };
}

/** A yes or no. */
export function flag(value: boolean): Attribute {
  return { kind: 'BOOL', value };
}

/** A tensor's shape. */
export function shape(value: readonly number[]): Attribute {
  return { kind: 'SHAPE', value };
}

/** Runs an operation with one output. */
export function run(name: string, attributes: Attributes, inputs: readonly Tensor[]): Tensor {
  return operations().executeSingleOutput(name, named(attributes), inputs);
}

/** Runs an operation with several outputs, or none. */
export function runMany(
  name: string,
  attributes: Attributes,
  given: { readonly inputs: readonly Tensor[]; readonly outputs: number },
): Tensor[] {
  return operations().executeMultipleOutputs(name, named(attributes), given.inputs, given.outputs);
}

function named(attributes: Attributes): NamedAttribute[] {
  const { binding } = operations();
  return Object.entries(attributes).map(([name, { kind, value }]) => ({
    name,
    type: binding[`TF_ATTR_${kind}`],
    value: kind === 'TYPE' ? binding.TF_FLOAT : value,
  }));
}

function operations(): OperationBackend {
  // Only reached when the backend is named `tensorflow`, which is tfjs-node's.
  return backend() as unknown as OperationBackend;
}
