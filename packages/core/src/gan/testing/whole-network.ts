// For tests: one network of a whole cohort in one process, block by block, without halves or exchanges.
import { concat, split, zeros, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { deviceBlocks, type NetworkSpec } from '../../architecture/index.ts';
import { Adam, Block, type BlockContext, type Gradients } from '../../nn/index.ts';
import type { NamedTensors } from '../../tensors/index.ts';
import type { BodyParticipant } from '../central-part.ts';
import { summed } from '../gradients.ts';
import { merged, withKind, withoutKind } from '../names.ts';
import type { Cohort } from './cohort.ts';

/** Tensors by device id. */
export type ByDevice = ReadonlyMap<string, Tensor>;

/** One copy of a block and whose it is: 'body' for the one shared by all devices that lack their own. */
interface Copy {
  readonly owner: string;
  readonly block: Block;
  readonly adam: Adam;
}

/** A copy's part in a pass. */
interface Visit {
  readonly copy: Copy;
  readonly ids: readonly string[];
  readonly sizes: number[];
  readonly context: BlockContext;
}

/** A pass through the whole network, kept for the way back. */
export interface WholePass {
  readonly outputs: ByDevice;
  readonly visits: readonly Visit[];
}

/** Gradients of every copy that a pass used. */
export type CopyGradients = ReadonlyMap<Copy, Gradients>;

/** Every device's own copies of its blocks, and the body's shared ones. */
export class WholeNetwork {
  readonly #network: NetworkSpec;
  /** For each block the copies, by device id. */
  readonly #copyOf: readonly ReadonlyMap<string, Copy>[];

  constructor(network: NetworkSpec, { devices, deviceValues, bodyValues, optimiser }: Cohort) {
    this.#network = network;
    this.#copyOf = network.blocks.map((_, i) => {
      const copy = (owner: string, values: NamedTensors): Copy => {
        const block = new Block(network, i + 1);
        block.load(withoutKind(network, values));
        return { owner, block, adam: new Adam(optimiser) };
      };
      const owns = ({ cut }: BodyParticipant) => {
        const { head, tailFrom } = deviceBlocks(network, cut);
        return i + 1 <= head || i + 1 >= tailFrom;
      };
      const movable = i > 0 && i < network.blocks.length - 1;
      return new Map([
        ...(movable ? [['body', copy('body', bodyValues)] as const] : []),
        ...devices.filter(owns).map(({ id }) => [id, copy(id, deviceValues.get(id) ?? new Map())] as const),
      ]);
    });
  }

  forward(inputs: ByDevice, labels: ReadonlyMap<string, Tensor1D>): WholePass {
    let current = inputs;
    const visits: Visit[] = [];
    for (const copies of this.#copyOf) {
      const next = new Map<string, Tensor>();
      for (const [owner, copy] of copies) {
        const ids = [...inputs.keys()].filter((id) => (copies.has(id) ? id : 'body') === owner);
        if (ids.length === 0) continue;
        const rows = ids.map((id) => current.get(id) ?? zeros([0]));
        const own = labels.get(owner);
        const { output, context } = copy.block.forward(concat(rows, 0), {
          mode: 'training',
          ...(own && { labels: own }),
        });
        const sizes = rows.map(({ shape: [batch] }) => batch);
        visits.push({ copy, ids, sizes, context });
        split(output, sizes, 0).forEach((part, i) => next.set(ids[i] ?? '', part));
      }
      current = next;
    }
    return { outputs: current, visits };
  }

  /** A device without an output gradient counts with zero. */
  backward({ outputs, visits }: WholePass, gradients: ByDevice): { inputs: ByDevice; own: CopyGradients } {
    const current = new Map<string, Tensor>();
    for (const [id, { shape }] of outputs) current.set(id, gradients.get(id) ?? zeros(shape));
    const own = new Map<Copy, Gradients>();
    for (const { copy, ids, sizes, context } of visits.toReversed()) {
      const gradient = concat(
        ids.map((id) => current.get(id) ?? zeros([0])),
        0,
      );
      const found = copy.block.backward(context, gradient, { input: true, parameters: true });
      own.set(copy, found.parameters ?? new Map());
      if (found.input) split(found.input, sizes, 0).forEach((part, i) => current.set(ids[i] ?? '', part));
    }
    return { inputs: current, own };
  }

  commitStatistics({ visits }: WholePass): void {
    for (const { copy, context } of visits) copy.block.commitStatistics(context);
  }

  /** One optimiser step of every copy that has a gradient, for the sum of the passes. */
  update(...passes: readonly CopyGradients[]): void {
    for (const copy of this.#copyOf.flatMap((copies) => [...copies.values()])) {
      const found = passes.flatMap((pass) => pass.get(copy) ?? []);
      if (found.length > 0) copy.adam.step(copy.block, summed(...found));
    }
  }

  /** The values of one owner's copies, under the pair's names. */
  async values(owner: string): Promise<NamedTensors> {
    const copies = this.#copyOf.flatMap((byOwner) => byOwner.get(owner) ?? []);
    const each = await Promise.all(copies.map(({ block }) => block.values()));
    return withKind(this.#network, merged(each));
  }
}
