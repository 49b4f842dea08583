// Every control message on the wire, both ways, as strict schemas; tensors travel in frames (`frame.ts`).
import { z } from 'zod';
import { deviceProfileSchema } from '../cut/profile.ts';
import { MOST_HELD_OUT } from '../data/index.ts';
import { runSettingsSchema } from './run-settings.ts';

const count = z.int().min(0).max(0xffff_ffff);
const judgedCount = z.int().min(0).max(MOST_HELD_OUT);
const shortText = z.string().max(120);
/** A device's secret for resuming: 32 random bytes in base64url. */
const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** Blocks at one end of a network; none or all of them where the strategy divides no network. */
const depth = z.int().min(0).max(9);
const cutSchema = z.strictObject({ gHead: depth, gTail: depth, dHead: depth, dTail: depth });

/** What a device says. */
export const deviceMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    protocol: count,
    /** The run that the device means; absent: the coordinator's own. */
    runId: z.string().max(40).optional(),
    joinCode: z.string().max(64).optional(),
    /** Present when the device was here before; it resumes only with its own token. */
    resume: z.strictObject({ token, committedRound: z.int().min(-1).max(0xffff_ffff) }).optional(),
    /** Shown to the host, chosen by the volunteer or made from the platform's name. */
    name: shortText,
    kind: z.enum(['browser', 'node']),
  }),
  /** Does nothing; the time until the transport has taken it is the link's round trip. */
  z.strictObject({ type: z.literal('ping') }),
  /** The speed check's result and how many images are connected; sent before joining and when asked again. */
  z.strictObject({
    type: z.literal('profile'),
    profile: deviceProfileSchema,
    samples: count,
    backend: z.enum(['webgpu', 'webgl', 'wasm', 'tensorflow', 'cpu']),
    /** The adapter's own words, where the platform gives them. */
    adapter: shortText,
  }),
  /** Layers are loaded and kernels compiled for the round: the device counts from now on. */
  z.strictObject({ type: z.literal('ready'), run: count, round: count, attempt: count }),
  /** Means over the batch of one finished step; single losses never leave the device. */
  z.strictObject({
    type: z.literal('losses'),
    run: count,
    round: count,
    step: count,
    discriminatorReal: z.number(),
    discriminatorFake: z.number(),
    generator: z.number(),
    /** Seconds that the device computed in this step, without waiting. */
    computeSeconds: z.number().min(0).max(86_400),
  }),
  /** How many of its held-out images the classifier of a committed round got right; which ones never leaves the device. */
  z
    .strictObject({
      type: z.literal('judged'),
      run: count,
      round: count,
      right: judgedCount,
      total: judgedCount,
    })
    .refine(({ right, total }) => right <= total, { path: ['right'], message: 'is more than the total' }),
  z.strictObject({
    type: z.literal('intent'),
    intent: z.enum(['pause', 'resume', 'finish', 'leave']),
    /** Why a device paused: 'volunteer', 'battery', 'hidden', 'power'. */
    reason: z.enum(['volunteer', 'battery', 'hidden', 'data-saver']).optional(),
  }),
  /** The device could not go on with this step (an engine fault, a non-finite number); it stays in the run. */
  z.strictObject({
    type: z.literal('step-failed'),
    run: count,
    round: count,
    step: count,
    code: z.string().max(40),
  }),
]);
export type DeviceMessage = z.infer<typeof deviceMessageSchema>;

/** Where a device stands in the run, in the words of the volunteer's page. */
export const standingSchema = z.discriminatedUnion('standing', [
  z.strictObject({ standing: z.literal('not-started') }),
  z.strictObject({ standing: z.literal('speed-check-wanted') }),
  z.strictObject({ standing: z.literal('waiting-for-devices'), here: count, needed: count }),
  z.strictObject({
    standing: z.literal('waiting-for-round'),
    round: count,
    step: count,
    stepsPerRound: count,
  }),
  z.strictObject({ standing: z.literal('preparing'), round: count }),
  z.strictObject({ standing: z.literal('training'), round: count, step: count, stepsPerRound: count }),
  z.strictObject({ standing: z.literal('federating'), round: count }),
  z.strictObject({ standing: z.literal('judging'), round: count }),
  z.strictObject({ standing: z.literal('paused'), by: z.enum(['device', 'host']) }),
  z.strictObject({ standing: z.literal('watching'), reason: shortText }),
  z.strictObject({ standing: z.literal('finished'), rounds: count }),
]);
export type Standing = z.infer<typeof standingSchema>;

/** What the coordinator says. */
export const coordinatorMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('welcome'),
    protocol: count,
    /** This start of the coordinator; frames of another start are stale. */
    run: count,
    deviceId: z.string().max(40),
    token,
    settings: runSettingsSchema,
    /** True when the device's stored moments belong to the last committed round and may be used. */
    resumed: z.boolean(),
  }),
  z.strictObject({ type: z.literal('refused'), code: z.string().max(40), message: z.string().max(400) }),
  z.strictObject({ type: z.literal('standing'), value: standingSchema }),
  /** Announces the layers frame of a round: the device's part of the network. */
  z.strictObject({
    type: z.literal('assignment'),
    run: count,
    round: count,
    /** Tells this attempt at the round from one that was abandoned; 'ready' says it back. */
    attempt: count,
    cut: cutSchema,
    /** Group of the last federation, 0 = A. */
    cluster: z.int().min(0).max(999),
    /** The device's share of its group's average at the last federation. */
    weight: z.number().min(0).max(1),
    predictedStepSeconds: z.number().min(0).max(86_400),
  }),
  z.strictObject({ type: z.literal('step'), run: count, round: count, step: count }),
  z.strictObject({
    type: z.literal('missed'),
    run: count,
    round: count,
    step: count,
    exchange: z.int().min(1).max(6),
  }),
  z.strictObject({ type: z.literal('federate'), run: count, round: count }),
  z.strictObject({ type: z.literal('committed'), run: count, round: count }),
  /** The round is undone: back to the last commit (-1: the beginning). */
  z.strictObject({ type: z.literal('abandoned'), run: count, round: count }),
]);
export type CoordinatorMessage = z.infer<typeof coordinatorMessageSchema>;
