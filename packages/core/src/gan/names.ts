// The names of the pair's tensors: a network's own names with its kind in front ('generator.block1.dense.weight').
import type { NetworkSpec } from '../architecture/index.ts';

/** Puts the network's kind in front of every name. */
export function withKind<Value>(
  { kind }: NetworkSpec,
  named: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> {
  return new Map([...named].map(([name, value]) => [`${kind}.${name}`, value]));
}

/** The entries of that network under their own names; those of the other network are left out. */
export function withoutKind<Value>(
  { kind }: NetworkSpec,
  named: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> {
  const prefix = `${kind}.`;
  return new Map(
    [...named].flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}

/** Several maps as one, in their order. */
export function merged<Value>(maps: readonly ReadonlyMap<string, Value>[]): ReadonlyMap<string, Value> {
  return new Map(maps.flatMap((map) => [...map]));
}
