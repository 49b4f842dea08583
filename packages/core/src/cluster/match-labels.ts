// Cluster numbers that stay with their devices from round to round, so that colours and charts do not jump.

/**
 * Renumbers `next` (device id to cluster) after `previous`: the pair of clusters that shares most devices keeps the old
 * number, then the next pair, and so on; a cluster without a partner gets the smallest number that neither round uses.
 */
export function matchLabels(
  previous: ReadonlyMap<string, number>,
  next: ReadonlyMap<string, number>,
): Map<string, number> {
  const numbers = new Map<number, number>();
  const taken = new Set<number>();
  for (const { label, old } of overlaps(previous, next)) {
    if (numbers.has(label) || taken.has(old)) continue;
    numbers.set(label, old);
    taken.add(old);
  }
  const used = new Set(previous.values());
  const numberOf = (label: number) => {
    const known = numbers.get(label);
    if (known !== undefined) return known;
    let fresh = 0;
    while (used.has(fresh)) fresh++;
    used.add(fresh);
    numbers.set(label, fresh);
    return fresh;
  };
  return new Map([...next].map(([id, label]) => [id, numberOf(label)]));
}

/** Pairs of a new and an old cluster that share devices: most shared first, then the smallest numbers. */
function overlaps(previous: ReadonlyMap<string, number>, next: ReadonlyMap<string, number>) {
  const pairs = new Map<string, { label: number; old: number; shared: number }>();
  for (const [id, label] of next) {
    const old = previous.get(id);
    if (old === undefined) continue;
    const key = `${label}/${old}`;
    const pair = pairs.get(key) ?? { label, old, shared: 0 };
    pair.shared++;
    pairs.set(key, pair);
  }
  return [...pairs.values()].sort((a, b) => b.shared - a.shared || a.old - b.old || a.label - b.label);
}
