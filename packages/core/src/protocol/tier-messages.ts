// What edges and their cloud say to each other, as strict schemas; generators travel in frames (`frame.ts`).
import { z } from 'zod';
import { runSettingsSchema } from './run-settings.ts';
import { edgeNewsSchema, MAXIMUM_COMMUNITIES, MAXIMUM_EDGES, tierTreeSchema } from './tier-tree.ts';

const count = z.int().min(0).max(0xffff_ffff);
/** 32 random bytes in base64url. */
const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** Counts the uploads and questions of one start of an edge, so that a repeated one changes nothing. */
const number = z.int().min(1).max(0xffff_ffff);

/** What an edge says. */
export const edgeMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    protocol: count,
    /** Name of the community that it serves. */
    community: z.string().max(40),
    /** This start of the edge: with an upload's number it tells a repeated upload from a new one. */
    start: count,
    /** Whole, so that a refusal can name what differs. */
    settings: runSettingsSchema,
    joinCode: z.string().max(64).optional(),
    /** Present when the edge was here before. */
    token: token.optional(),
  }),
  /** Announces the frame with the community's generator. */
  z.strictObject({
    type: z.literal('upload'),
    number,
    round: count,
    score: z.number(),
    iterations: count,
    /** Version of the global model that the round started from. */
    basedOn: count,
  }),
  /** Asks for the newest global model. */
  z.strictObject({ type: z.literal('latest'), number }),
  /** A sign of life, with what the pages show. */
  z.strictObject({ type: z.literal('beat'), news: edgeNewsSchema }),
]);
export type EdgeMessage = z.infer<typeof edgeMessageSchema>;

/** What the cloud says. */
export const cloudMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('welcome'),
    protocol: count,
    /** This start of the cloud; frames of another start are stale. */
    run: count,
    /** Index of the community in the run's list. */
    community: z
      .int()
      .min(0)
      .max(MAXIMUM_COMMUNITIES - 1),
    /** Which of the community's edges it is. */
    seat: z
      .int()
      .min(0)
      .max(MAXIMUM_EDGES - 1),
    token,
  }),
  z.strictObject({ type: z.literal('refused'), code: z.string().max(40), message: z.string().max(400) }),
  /** Announces the frame with the global generator, and that of the domain classifier where there is one. */
  z.strictObject({
    type: z.literal('global'),
    number,
    version: count,
    /** Share of each community (by index) in the last merge. */
    weights: z
      .array(
        z.tuple([
          z
            .int()
            .min(0)
            .max(MAXIMUM_COMMUNITIES - 1),
          z.number().min(0).max(1),
        ]),
      )
      .max(MAXIMUM_COMMUNITIES),
    classifier: z.boolean(),
  }),
  /** There is no global model yet. */
  z.strictObject({ type: z.literal('none'), number }),
  /** What was asked under this number was not done; the connection stays. */
  z.strictObject({
    type: z.literal('failed'),
    number,
    code: z.string().max(40),
    message: z.string().max(400),
  }),
  z.strictObject({ type: z.literal('tree'), tree: tierTreeSchema }),
]);
export type CloudMessage = z.infer<typeof cloudMessageSchema>;
