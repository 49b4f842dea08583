// For tests: device halves and a body that exchange messages in one process.
import { EXCHANGES, isLegalCut, type Cut, type Exchange, type GanSpec } from '../../architecture/index.ts';
import { Random } from '../../random.ts';
import type { NamedTensors, PlainTensor } from '../../tensors/index.ts';
import { Body, type BodyParticipant } from '../body.ts';
import { DeviceHalf, type StepLosses, type TrainingBatch } from '../device-half.ts';
import { initialGan } from '../initial.ts';
import type { ExchangeTensors } from '../plain.ts';
import type { Cohort } from './whole-network.ts';

/** The paper's optimiser. */
export const OPTIMISER = { learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };

/** Every cut that the spec allows. */
export function legalCuts(spec: GanSpec): Cut[] {
  const depths = spec.generator.blocks.map((_, i) => i + 1);
  return depths.flatMap((gHead) =>
    depths.flatMap((gTail) =>
      depths.flatMap((dHead) =>
        depths.map((dTail) => ({ gHead, gTail, dHead, dTail })).filter((cut) => isLegalCut(spec, cut)),
      ),
    ),
  );
}

/** A cohort with first values of its own for every device. */
export function drawnCohort(spec: GanSpec, devices: readonly BodyParticipant[], seed: number): Cohort {
  const random = new Random(seed);
  return {
    spec,
    devices,
    deviceValues: new Map(devices.map(({ id }) => [id, initialGan(spec, random.fork(id))])),
    bodyValues: initialGan(spec, random.fork('body')),
    optimiser: OPTIMISER,
  };
}

/** A batch for every device. */
export function drawnBatches({ spec, devices }: Cohort, seed: number): Map<string, TrainingBatch> {
  const random = new Random(seed);
  const pixels = spec.imageShape.reduce((a, b) => a * b);
  return new Map(
    devices.map(({ id, batch }) => [
      id,
      {
        images: Float32Array.from({ length: batch * pixels }, () => random.uniform(-1, 1)),
        labels: Int32Array.from({ length: batch }, () => random.integer(spec.classes)),
        z: Float32Array.from({ length: batch * spec.zDim }, () => random.normal()),
      },
    ]),
  );
}

/** The halves of a cohort. */
export class SplitCohort {
  readonly body: Body;
  readonly halves: ReadonlyMap<string, DeviceHalf>;
  readonly #devices: readonly BodyParticipant[];
  /** [channels, positions] by device, of the last step. */
  features: ReadonlyMap<string, PlainTensor> = new Map();

  constructor({ spec, devices, deviceValues, bodyValues, optimiser }: Cohort) {
    this.#devices = devices;
    this.body = new Body({ spec, optimiser });
    this.body.load(bodyValues);
    this.halves = new Map(
      devices.map(({ id, cut }) => {
        const half = new DeviceHalf({ spec, cut, optimiser });
        half.load(deviceValues.get(id) ?? new Map());
        return [id, half];
      }),
    );
  }

  /** One step; who has an entry in `lostAt` sends nothing from that exchange on and abandons the step. */
  async step(
    batches: ReadonlyMap<string, TrainingBatch>,
    lostAt: ReadonlyMap<string, Exchange> = new Map(),
  ): Promise<Map<string, StepLosses>> {
    this.body.begin(this.#devices);
    let ups = new Map<string, ExchangeTensors>();
    for (const [id, half] of this.halves) {
      const batch = batches.get(id);
      if (batch) ups.set(id, await half.begin(batch));
    }
    const losses = new Map<string, StepLosses>();
    for (const exchange of EXCHANGES) {
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
