// The settings of a reference run: what PREFIX.json says, checked.
import { cganSpec, WIDTHS, type Cut, type GanSpec } from '@tessera/core/architecture';
import type { AdamSettings } from '@tessera/core/nn';
import { z } from 'zod';

const count = z.int().min(1).max(10_000);
const bit = z.union([z.literal(0), z.literal(1)]);
const fraction = z.number().min(0).max(1);
const byDevice = <Value extends z.ZodType>(value: Value) => z.record(z.string().regex(/^\d{1,4}$/), value);

const settingsSchema = z
  .strictObject({
    seed: z.int(),
    /** 1 where the movable block beside the compulsory one is on the device as well. */
    cuts: z
      .array(z.tuple([bit, bit, bit, bit]))
      .min(1)
      .max(1000),
    cutOrder: z.tuple([z.literal('gHead'), z.literal('gTail'), z.literal('dHead'), z.literal('dTail')]),
    sizes: z.array(count).min(1).max(1000),
    zDim: count,
    classes: count,
    batch: count,
    channels: z.strictObject({ wide: count, middle: count, small: count }),
    adam: z.strictObject({
      lr: z.number().positive().max(1),
      beta1: fraction,
      beta2: fraction,
      eps: fraction,
    }),
    // Ours are PyTorch's defaults as well; another value could not be replayed.
    batchNorm: z.strictObject({ eps: z.literal(1e-5), momentum: z.literal(0.1) }),
    alpha: z.number().min(0).max(1000),
    steps: z.int().min(2).max(1000),
    losses: z.array(z.strictObject({ dReal: z.number(), dFake: z.number(), g: z.number() })),
    clusters: byDevice(z.int().min(0)),
    kld: byDevice(z.number()),
    globalKld: byDevice(z.number()),
  })
  .refine(({ cuts, sizes }) => cuts.length === sizes.length, 'cuts and sizes must have one entry a device')
  .refine(({ losses, steps }) => losses.length === steps, 'losses must have one entry a step');

/** One device of the reference. */
export interface GoldenDevice {
  /** 'client0', … as in the tensors' names. */
  readonly id: string;
  readonly cut: Cut;
  readonly samples: number;
  readonly cluster: number;
  /** Divergence within the cluster and among all devices. */
  readonly kld: number;
  readonly globalKld: number;
}

/** What is run, and the scores that should come out. */
export interface GoldenSettings {
  readonly spec: GanSpec;
  readonly devices: readonly GoldenDevice[];
  readonly batch: number;
  readonly optimiser: AdamSettings;
  readonly alpha: number;
  /** Means over the devices, one entry a step. */
  readonly losses: readonly { readonly dReal: number; readonly dFake: number; readonly g: number }[];
}

/** Checks the parsed JSON; throws a ZodError or a RangeError that says what is wrong. */
export function parseSettings(json: unknown): GoldenSettings {
  const settings = settingsSchema.parse(json);
  const { adam, alpha, batch, clusters, cuts, globalKld, kld, losses, sizes } = settings;
  const devices = cuts.map(([gHead, gTail, dHead, dTail], i): GoldenDevice => {
    const score = <Value>(what: string, scores: Readonly<Record<string, Value>>) => {
      const value = scores[String(i)];
      if (value === undefined) throw new RangeError(`there is no ${what} for device ${i}`);
      return value;
    };
    return {
      id: `client${i}`,
      cut: { gHead: 1 + gHead, gTail: 1 + gTail, dHead: 1 + dHead, dTail: 1 + dTail },
      samples: sizes[i] ?? 0,
      cluster: score('cluster', clusters),
      kld: score('KLD score', kld),
      globalKld: score('global KLD score', globalKld),
    };
  });
  const optimiser = { learningRate: adam.lr, beta1: adam.beta1, beta2: adam.beta2, epsilon: adam.eps };
  return { spec: specOf(settings), devices, batch, optimiser, alpha, losses };
}

function specOf({ channels, classes, zDim }: z.infer<typeof settingsSchema>): GanSpec {
  const width = WIDTHS.find(
    (other) =>
      channels.wide === 256 * other && channels.middle === 128 * other && channels.small === 64 * other,
  );
  if (width === undefined)
    throw new RangeError(
      `channels ${channels.wide}, ${channels.middle}, ${channels.small} are none of the widths ${WIDTHS.join(', ')} of 256, 128, 64`,
    );
  return cganSpec({ width, classes, zDim });
}
