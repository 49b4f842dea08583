// What the coordinator computes of a step, whatever the schedule.
import type { Cut, Exchange } from '../architecture/index.ts';
import type { NamedTensors, OptimiserState, PlainTensor } from '../tensors/index.ts';
import type { ExchangeTensors } from './plain.ts';

/** A device that takes part in a step. */
export interface BodyParticipant {
  readonly id: string;
  readonly cut: Cut;
  readonly batch: number;
  /** Its cluster of the last federation, where it has one: clusters may have bodies of their own. */
  readonly cluster?: number | undefined;
}

/** What an exchange gives: a message for every device that is still in the step. */
export interface BodyAnswer {
  readonly downs: Map<string, ExchangeTensors>;
  /** [channels, positions] by device id: batch means of the always-remote block's output for real images. */
  readonly features?: Map<string, PlainTensor>;
  /** With the features: how far the generator's batch statistics are from its running ones, in standard deviations. */
  readonly drift?: number;
  /** Where devices judge images: the mean of their scores as they count in the update. */
  readonly score?: number;
}

/** How an exchange is run. */
export interface ExchangeOptions {
  readonly features: boolean;
  /** s of each device's answer, where devices answer one by one. */
  readonly staleness?: ReadonlyMap<string, number> | undefined;
}

/** The coordinator's layers with their optimisers; at most one step is under way. */
export interface CentralPart {
  /** Takes its layers ('generator.block3.conv.weight', …) out of the values, and a domain classifier where it needs one; others are left alone. */
  load(values: NamedTensors): void;
  /** Its layers, running statistics included. */
  values(): Promise<NamedTensors>;
  /** Replaces the optimisers' state; layers that it lacks start from zero. */
  loadMoments(state: OptimiserState): void;
  /** The optimisers' state of its layers. */
  moments(): Promise<OptimiserState>;
  /** Drops what is kept of devices that are not among these, where anything is kept of devices. */
  retain?(ids: ReadonlySet<string>): void;
  /** Begins a step of these devices, in whatever order they come; `turn` counts the steps of the run. */
  begin(participants: readonly BodyParticipant[], turn: number): void;
  /** Runs its part of one exchange. A device that is absent from `ups` is lost for the rest of the step. */
  exchange(
    exchange: Exchange,
    ups: ReadonlyMap<string, ExchangeTensors>,
    options: ExchangeOptions,
  ): Promise<BodyAnswer>;
  /** Does what no answer of the last exchange needed; whoever has sent the answers calls it while the devices compute. */
  settle(): void;
  /** Its part of a device's preview. */
  preview(id: string, cut: Cut, headOutput: PlainTensor | undefined, cluster?: number): Promise<PlainTensor>;
  /** Leaves the step, if one is under way: updates of answered exchanges stay, everything it held is freed. */
  abandon(): void;
  dispose(): void;
}

/** No layers at all: the devices train by themselves, and the coordinator only counts their steps. */
export class NoCentralPart implements CentralPart {
  load(): void {
    // There is nothing to load.
  }

  values(): Promise<NamedTensors> {
    return Promise.resolve(new Map());
  }

  loadMoments(): void {
    // There is nothing to load.
  }

  moments(): Promise<OptimiserState> {
    return Promise.resolve({ steps: new Map(), moments: new Map() });
  }

  begin(): void {
    // The devices begin by themselves.
  }

  exchange(_exchange: Exchange, ups: ReadonlyMap<string, ExchangeTensors>): Promise<BodyAnswer> {
    return Promise.resolve({
      downs: new Map([...ups.keys()].map((id) => [id, new Map<string, PlainTensor>()])),
    });
  }

  settle(): void {
    // Nothing is ever left over.
  }

  preview(): Promise<PlainTensor> {
    return Promise.reject(new Error('a device with both networks draws its own pictures'));
  }

  abandon(): void {
    // No step is ever under way here.
  }

  dispose(): void {
    // There is nothing to free.
  }
}
