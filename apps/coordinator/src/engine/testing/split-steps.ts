// For tests: split steps of one device and the coordinator, both on the engine of this process.
import { cganSpec, EXCHANGES, SHALLOWEST_CUT } from '@tessera/core/architecture';
import { Body, SplitHalf, initialGan } from '@tessera/core/gan';
import { Random } from '@tessera/core/random';
import { HalfTensor } from '@tessera/core/tensors';

const BATCH = 4;
const OPTIMISER = { learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };

/** Both halves of a narrow pair of networks. */
export class SplitSteps {
  readonly #spec = cganSpec({ width: 1 / 16 });
  readonly #random = new Random('split steps');
  readonly #device = new SplitHalf({
    spec: this.#spec,
    cut: SHALLOWEST_CUT,
    optimiser: OPTIMISER,
    halves: true,
  });
  readonly #body = new Body({ spec: this.#spec, optimiser: OPTIMISER });

  /** Whether the device's last tensors came from the engine in half precision. */
  inHalves = false;

  constructor() {
    const values = initialGan(this.#spec, this.#random);
    this.#device.load(values);
    this.#body.load(values);
  }

  /** So many whole steps, one after the other. */
  async run(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.#step();
  }

  dispose(): void {
    this.#device.dispose();
    this.#body.dispose();
  }

  async #step(): Promise<void> {
    const numbers = (shape: readonly number[]) =>
      Float32Array.from({ length: BATCH * shape.reduce((a, b) => a * b) }, () => this.#random.uniform(-1, 1));
    this.#body.begin([{ id: 'device', cut: SHALLOWEST_CUT, batch: BATCH }]);
    let up = await this.#device.begin({
      images: numbers(this.#spec.imageShape),
      labels: Int32Array.from({ length: BATCH }, () => this.#random.integer(this.#spec.classes)),
      z: numbers([this.#spec.zDim]),
    });
    for (const exchange of EXCHANGES) {
      this.inHalves = [...up.values()].every((tensor) => tensor instanceof HalfTensor);
      const { downs } = await this.#body.exchange(exchange, new Map([['device', up]]));
      const down = downs.get('device') ?? new Map();
      if (exchange === 6) await this.#device.finish(down);
      else up = await this.#device.answer(exchange, down);
    }
    this.#body.end();
  }
}
