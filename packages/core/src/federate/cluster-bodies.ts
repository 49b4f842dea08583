// Bodies of several clusters in one map of tensors: 'body2/generator.block3.conv.weight' is that of cluster 2.
import type { NamedTensors } from '../tensors/index.ts';

const NAME = /^body(\d+)\/(.*)$/s;

/** The entries of each cluster under their own names; a map without clusters is that of cluster 0. */
export function separateBodies<Value>(joined: ReadonlyMap<string, Value>): Map<number, Map<string, Value>> {
  const bodies = new Map<number, Map<string, Value>>();
  for (const [name, value] of joined) {
    const [, cluster = '0', own = name] = NAME.exec(name) ?? [];
    const body = bodies.get(Number(cluster)) ?? new Map<string, Value>();
    body.set(own, value);
    bodies.set(Number(cluster), body);
  }
  return bodies;
}

/** All bodies in one map, by cluster number. */
export function joinedBodies<Value>(
  bodies: ReadonlyMap<number, ReadonlyMap<string, Value>>,
): Map<string, Value> {
  return new Map(
    [...bodies]
      .sort(([a], [b]) => a - b)
      .flatMap(([cluster, body]) =>
        [...body].map(([name, value]): [string, Value] => [`body${cluster}/${name}`, value]),
      ),
  );
}

/** The body that a cluster trains with: its own, that of the lowest number where it has none yet, or the one for all. */
export function bodyOfCluster(body: NamedTensors, cluster: number | undefined): NamedTensors {
  const [first] = body.keys();
  if (first === undefined || !NAME.test(first)) return body;
  const bodies = separateBodies(body);
  return bodies.get(cluster ?? Math.min(...bodies.keys())) ?? bodies.get(Math.min(...bodies.keys())) ?? body;
}
