// For tests: device halves and a body that exchange messages in one process.
import { EXCHANGES, type Exchange } from '../../architecture/index.ts';
import type { NamedTensors, PlainTensor } from '../../tensors/index.ts';
import { Body } from '../body.ts';
import type { BodyParticipant } from '../central-part.ts';
import type { StepLosses, TrainingBatch } from '../half.ts';
import { SplitHalf } from '../split-half.ts';
import type { ExchangeTensors } from '../plain.ts';
import type { Cohort } from './cohort.ts';

/** The halves of a cohort. */
export class SplitCohort {
  readonly body: Body;
  readonly halves: ReadonlyMap<string, SplitHalf>;
  readonly #devices: readonly BodyParticipant[];
  /** [channels, positions] by device, of the last step. */
  features: ReadonlyMap<string, PlainTensor> = new Map();

  /** @param featureBlock gives the cluster features; the always-remote block if absent. */
  constructor({ spec, devices, deviceValues, bodyValues, optimiser }: Cohort, featureBlock?: number) {
    this.#devices = devices;
    this.body = new Body({ spec, optimiser, featureBlock });
    this.body.load(bodyValues);
    this.halves = new Map(
      devices.map(({ id, cut }) => {
        const half = new SplitHalf({ spec, cut, optimiser });
        half.load(deviceValues.get(id) ?? new Map());
        return [id, half];
      }),
    );
  }

  /**
   * One step; who has an entry in `lostAt` sends nothing from that exchange on and abandons the step. `meanwhile` runs
   * before every exchange.
   */
  async step(
    batches: ReadonlyMap<string, TrainingBatch>,
    lostAt: ReadonlyMap<string, Exchange> = new Map(),
    meanwhile?: () => Promise<void>,
  ): Promise<Map<string, StepLosses>> {
    this.body.begin(this.#devices);
    let ups = new Map<string, ExchangeTensors>();
    for (const [id, half] of this.halves) {
      const batch = batches.get(id);
      if (batch) ups.set(id, await half.begin(batch));
    }
    const losses = new Map<string, StepLosses>();
    for (const exchange of EXCHANGES) {
      await meanwhile?.();
      for (const [id, missed] of lostAt) {
        if (missed !== exchange) continue;
        ups.delete(id);
        this.halves.get(id)?.abandon();
      }
      const answer = await this.body.exchange(exchange, ups, { features: exchange === 1 });
      this.features = answer.features ?? this.features;
      ups = new Map();
      for (const [id, down] of answer.downs) {
        const half = this.halves.get(id);
        if (!half) continue;
        if (exchange === 6) losses.set(id, await half.finish(down));
        else ups.set(id, await half.answer(exchange, down));
      }
    }
    this.body.end();
    return losses;
  }

  /** What a device, or 'body', holds now. */
  async values(owner: string): Promise<NamedTensors> {
    return (await (owner === 'body' ? this.body : this.halves.get(owner))?.values()) ?? new Map();
  }

  dispose(): void {
    this.body.dispose();
    for (const half of this.halves.values()) half.dispose();
  }
}
