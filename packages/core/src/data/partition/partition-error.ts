// What makes a partition impossible, all of it at once.

/** A partition that cannot be made; `faults` holds every reason, each saying what to change. */
export class PartitionError extends Error {
  override readonly name = 'PartitionError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`This partition is impossible: ${faults.join(' ')}`);
    this.faults = faults;
  }
}
