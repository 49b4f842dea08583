// Tensors of the active backend from plain numbers and back, checked against what an exchange carries.
import { keep, tensor, type Tensor } from '@tensorflow/tfjs-core';
import type { ExchangeTensorName, ExchangeTensorSpec } from '../architecture/index.ts';
import { readPlain } from '../nn/index.ts';
import { tensorNamed, type NamedTensors, type PlainTensor } from '../tensors/index.ts';

/** What one message of a step carries, by the names of `exchangeTensors`. */
export type ExchangeTensors = NamedTensors;

/** A message's tensors by name, each uploaded when it is asked for. */
export type Received = (name: ExchangeTensorName) => Tensor;

/** The tensors of an outgoing message; whoever gets it disposes of them. */
export type Sent = ReadonlyMap<ExchangeTensorName, Tensor>;

/** Uploads a tensor after a look at its shape; throws a RangeError that names it. */
export function upload({ shape, data }: PlainTensor, expected: readonly number[], what: string): Tensor {
  const fits = shape.length === expected.length && shape.every((size, axis) => size === expected[axis]);
  if (!fits) throw new RangeError(`${what} is [${shape.join(', ')}] but must be [${expected.join(', ')}]`);
  return tensor(data, [...shape], 'float32');
}

/** Opens a message that must carry these tensors; throws a RangeError about one that is missing or misshapen. */
export function receive(message: ExchangeTensors, expected: readonly ExchangeTensorSpec[]): Received {
  return (name) => {
    const spec = expected.find((other) => other.name === name);
    if (!spec) throw new RangeError(`this exchange carries no tensor "${name}"`);
    return upload(tensorNamed(message, name), spec.shape, `"${name}"`);
  };
}

/** Makes a message that outlives the `tidy` in which its tensors were computed. */
export function send(tensors: Readonly<Partial<Record<ExchangeTensorName, Tensor>>>): Sent {
  const entries = Object.entries(tensors) as [ExchangeTensorName, Tensor][]; // Object.entries forgets the key type.
  return new Map(entries.map(([name, value]) => [name, keep(value)]));
}

/** Reads many tensors back in one go, in the order of their maps, and disposes of them. */
export async function download<Name extends string>(
  messages: readonly ReadonlyMap<Name, Tensor>[],
  read: (tensors: readonly Tensor[]) => Promise<PlainTensor[]> = readPlain,
): Promise<Map<Name, PlainTensor>[]> {
  const tensors = messages.flatMap((message) => [...message.values()]);
  try {
    const found = (await read(tensors)).values();
    return messages.map(
      (message) => new Map([...message.keys()].map((name) => [name, found.next().value ?? NOTHING])),
    );
  } finally {
    for (const one of tensors) one.dispose();
  }
}

/** For the compiler only: as many tensors are found as there are names. */
const NOTHING: PlainTensor = { shape: [0], data: new Float32Array() };

/** Reads one tensor back and disposes of it. */
export async function downloadOne(one: Tensor): Promise<PlainTensor> {
  try {
    return { shape: [...one.shape], data: await one.data<'float32'>() };
  } finally {
    one.dispose();
  }
}
