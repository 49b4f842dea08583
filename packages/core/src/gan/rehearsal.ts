// A device's part of a step on noise, without a coordinator: compiles what there is to compile, and can be timed.
import {
  EXCHANGES,
  exchangesOf,
  exchangeTensors,
  scheduleOf,
  SHALLOWEST_CUT,
  type Cut,
  type Exchange,
  type GanSpec,
} from '../architecture/index.ts';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { elementCount, type NamedTensors } from '../tensors/index.ts';
import type { Half, HalfOptions, TrainingBatch } from './half.ts';
import { SplitHalf } from './split-half.ts';
import { initialGan } from './initial.ts';

export interface RehearsalOptions {
  readonly spec: GanSpec;
  readonly cut: Cut;
  /** Images that a device draws per step. */
  readonly batch: number;
  readonly random: Random;
}

/** Everything that one step takes in: a batch, and the coordinator's answers in order. */
export interface Rehearsal {
  readonly batch: TrainingBatch;
  readonly downs: readonly NamedTensors[];
}

/** Noise in the shapes of a step. */
export function drawRehearsal({ spec, cut, batch, random }: RehearsalOptions): Rehearsal {
  const noise = (...shape: number[]) =>
    Float32Array.from({ length: elementCount(shape) }, () => random.normal());
  const down = (exchange: Exchange): NamedTensors =>
    new Map(
      exchangeTensors(spec, cut, batch, exchange, 'down').map(({ name, shape }) => [
        name,
        { shape, data: noise(...shape) },
      ]),
    );
  return {
    downs: exchangesOf(scheduleOf(cut)).map(down),
    batch: {
      images: noise(batch, ...spec.imageShape),
      labels: new Int32Array(batch),
      z: noise(batch, spec.zDim),
    },
  };
}

/** One whole step of the half; it moves the half's layers and moments. */
export async function rehearse(half: Half, { batch, downs }: Rehearsal): Promise<void> {
  await half.begin(batch);
  for (const [i, down] of downs.slice(0, -1).entries()) await half.answer(EXCHANGES[i] ?? 1, down);
  await half.finish(downs.at(-1) ?? new Map());
}

/** Steps that are timed after the one that compiles, unless time runs out. */
const TIMED_STEPS = 3;
/** No further step is begun after this. */
const LONG_ENOUGH_MS = 3_000;

/**
 * Seconds of a device's part of a step with the shallowest cut on the active backend, read-backs included: the fastest of
 * a few, or the one that compiles where already that takes long.
 */
export async function timeDeviceStep(
  options: Omit<RehearsalOptions & HalfOptions, 'cut'> & { readonly clock: Clock },
): Promise<number> {
  const { spec, clock, random } = options;
  const half = new SplitHalf({ ...options, cut: SHALLOWEST_CUT });
  try {
    half.load(initialGan(spec, random.fork('rehearsal')));
    const rehearsal = drawRehearsal({ ...options, cut: SHALLOWEST_CUT });
    const began = clock.now();
    let fastest = Infinity;
    for (let step = 0; step <= TIMED_STEPS && clock.now() - began <= LONG_ENOUGH_MS; step++) {
      const startedMs = clock.now();
      await rehearse(half, rehearsal);
      fastest = Math.min(fastest, (clock.now() - startedMs) / 1000);
    }
    return fastest;
  } finally {
    half.dispose();
  }
}
