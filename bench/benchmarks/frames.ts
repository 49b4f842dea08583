// Packing and unpacking one exchange's frame, in every encoding that a run may choose.
import { cganSpec, exchangeTensors, SHALLOWEST_CUT } from '@tessera/core/architecture';
import { decodeFrame, encodeFrame, type Frame, runSettingsSchema } from '@tessera/core/protocol';
import { Random } from '@tessera/core/random';
import { type Benchmark, limitsOf } from '../benchmark.ts';
import { race, sideOf } from '../race.ts';

const BATCH = 16;
/** Frames in one lap: a single one is over too soon to be timed. */
const FRAMES = 5;
const BYTES_PER_MS_IN_MB_PER_S = 1000;

/** Exchange 2 of a step, upwards: the largest frame of a step. */
export const framesBenchmark: Benchmark = {
  name: 'frames',
  summary: 'packing and unpacking a frame, in every encoding',
  usesEngine: false,
  async run(setting) {
    const tensors = exchangeTensors(cganSpec(), SHALLOWEST_CUT, BATCH, 2, 'up');
    const random = new Random('frames');
    const numbers = new Map(
      tensors.map(({ name, shape }) => {
        const length = shape.reduce((a, b) => a * b);
        return [name, { shape, data: Float32Array.from({ length }, () => random.normal()) }];
      }),
    );
    for (const encoding of runSettingsSchema.shape.encoding.unwrap().options) {
      const frame: Frame = {
        header: { kind: 'exchange', run: 1, round: 0, step: 0, exchange: 2, encoding },
        tensors: numbers,
      };
      const bytes = encodeFrame(frame);
      const work = {
        encode: () => void encodeFrame(frame),
        decode: () => void decodeFrame(bytes, tensors),
      };
      for (const [name, once] of Object.entries(work)) {
        const side = sideOf(name, () => {
          for (let i = 0; i < FRAMES; i++) once();
        });
        const { medianMs } = await race(side, [], limitsOf(setting, 100));
        const perFrameMs = medianMs / FRAMES;
        setting.report({
          name: `frame: ${name} ${encoding}`,
          engine: 'none',
          batch: BATCH,
          width: 1,
          median_ms: perFrameMs,
          baseline: null,
          ratio: null,
          details: { bytes: bytes.length, MB_per_s: bytes.length / perFrameMs / BYTES_PER_MS_IN_MB_PER_S },
        });
      }
    }
  },
};
