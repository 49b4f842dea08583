// Rows of several devices on their way through shared blocks: joined where they meet, apart where they part.
import { concat, split, type Tensor } from '@tensorflow/tfjs-core';

/** The rows of one device in one network's body: they enter at block `from` and leave after block `to`. */
export interface Rows {
  readonly id: string;
  readonly batch: number;
  readonly from: number;
  readonly to: number;
}

/** Holds tensors between two blocks; splits and joins only where the set of devices changes. */
export class Flow {
  readonly #apart = new Map<string, Tensor>();
  #joined: { readonly rows: readonly Rows[]; readonly tensor: Tensor } | undefined;

  /** Adds one device's rows. */
  put(id: string, tensor: Tensor): void {
    this.#apart.set(id, tensor);
  }

  /** Adds the rows of several devices as they left a block. */
  putJoined(rows: readonly Rows[], tensor: Tensor): void {
    this.#joined = { rows, tensor };
  }

  /** Removes these devices' rows, as one tensor in their order. */
  take(rows: readonly Rows[]): Tensor {
    const joined = this.#joined;
    if (joined?.rows.length === rows.length && joined.rows.every((row, i) => row.id === rows[i]?.id)) {
      this.#joined = undefined;
      return joined.tensor;
    }
    const tensors = rows.map(({ id }) => this.takeOne(id));
    const [only] = tensors;
    return only && tensors.length === 1 ? only : concat(tensors, 0);
  }

  /** Removes one device's rows. */
  takeOne(id: string): Tensor {
    this.#part();
    const tensor = this.#apart.get(id);
    if (!tensor) throw new RangeError(`device ${id} has no rows here`);
    this.#apart.delete(id);
    return tensor;
  }

  #part(): void {
    if (!this.#joined) return;
    const { rows, tensor } = this.#joined;
    this.#joined = undefined;
    for (const [i, part] of partRows(tensor, rows).entries()) {
      const id = rows[i]?.id;
      if (id !== undefined) this.#apart.set(id, part);
    }
  }
}

/** Each device's part of the joined rows, in their order. */
export function partRows(tensor: Tensor, rows: readonly Pick<Rows, 'batch'>[]): Tensor[] {
  if (rows.length === 1) return [tensor];
  return split(
    tensor,
    rows.map(({ batch }) => batch),
    0,
  );
}
