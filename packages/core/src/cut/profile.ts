// What a device measured of itself, and the coordinator of itself: all that cuts are chosen from.
import { z } from 'zod';
import { alwaysRemoteBlock, type NetworkSpec } from '../architecture/index.ts';

/** The most blocks that a device may hold at one end of a network (9 blocks at most, one of them never local). */
const MAX_DEPTH = 8;

const seconds = z.number().min(0).max(3600);
const bytesPerSecond = z.number().min(1).max(1e12);
const gigaflopsPerSecond = z.number().min(1e-6).max(1e9);

/** Backward means everything but the forward pass: gradients of inputs and parameters, and the update. */
const blockSecondsSchema = z.strictObject({ forward: seconds, backward: seconds });

/** Entry d is the block that a depth of d + 1 adds: the head counts from the first block, the tail from the last. */
const endsSchema = z.strictObject({
  head: z.array(blockSecondsSchema).min(1).max(MAX_DEPTH),
  tail: z.array(blockSecondsSchema).min(1).max(MAX_DEPTH),
});

/** A device's compute when nothing was measured: a speed, from which the blocks' operations are timed. */
const speedSchema = z.strictObject({ kind: z.literal('speed'), gigaflopsPerSecond });

/** What a device tells of itself before it joins a run, and again after three misses. */
export const deviceProfileSchema = z.strictObject({
  compute: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('measured'),
      /** Images per batch at which the blocks were timed; other batches are scaled from it. */
      batch: z.int().min(1).max(4096),
      generator: endsSchema,
      discriminator: endsSchema,
    }),
    speedSchema,
  ]),
  /** Fixed cost of one exchange on the device besides compute and link: read-back, packing, dispatch. */
  exchangeSeconds: seconds,
  uplinkBytesPerSecond: bytesPerSecond,
  downlinkBytesPerSecond: bytesPerSecond,
  roundTripSeconds: seconds,
});

/** What the coordinator measured of its body. */
export const coordinatorProfileSchema = z.strictObject({
  compute: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('measured'),
      /** Seconds per row of the joint batch for blocks 2 to N-1, in order. */
      generator: z.array(blockSecondsSchema).min(1).max(MAX_DEPTH),
      discriminator: z.array(blockSecondsSchema).min(1).max(MAX_DEPTH),
    }),
    speedSchema,
  ]),
  /** Fixed cost of one exchange on the coordinator, whatever the rows. */
  exchangeSeconds: seconds,
});

export type BlockSeconds = Readonly<z.infer<typeof blockSecondsSchema>>;
export type DeviceProfile = Readonly<z.infer<typeof deviceProfileSchema>>;
export type CoordinatorProfile = Readonly<z.infer<typeof coordinatorProfileSchema>>;

/** The blocks (counted from 1) that a device may ever hold, from the outermost inwards: what a speed check times. */
export function movableBlocks(network: NetworkSpec): { readonly head: number[]; readonly tail: number[] } {
  const blocks = network.blocks.length;
  const remote = alwaysRemoteBlock(network);
  return {
    head: Array.from({ length: remote - 1 }, (_, depth) => depth + 1),
    tail: Array.from({ length: blocks - remote }, (_, depth) => blocks - depth),
  };
}
