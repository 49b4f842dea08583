// What a benchmark reports, between processes and to people.
import { z } from 'zod';

const positive = z.number().nonnegative();

/** One measurement: a time, what it is compared with, and whatever else was counted. */
export const measurementSchema = z.strictObject({
  name: z.string().max(200),
  engine: z.string().max(40),
  batch: z.int().positive().nullable(),
  width: positive.nullable(),
  median_ms: positive.nullable(),
  /** The other side, in words; null where there is none. */
  baseline: z.string().max(200).nullable(),
  /** Own time by the baseline's, the median over rounds in which both took turns. */
  ratio: positive.nullable(),
  /** Further numbers by name, their unit in the name. */
  details: z.record(z.string().max(60), z.number()).optional(),
});

/** See `measurementSchema`. */
export type Measurement = z.infer<typeof measurementSchema>;

/** The lines that a benchmark's process writes. */
export const lineSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('progress'), text: z.string().max(500) }),
  z.strictObject({ type: z.literal('measurement'), measurement: measurementSchema }),
  z.strictObject({ type: z.literal('not-run'), why: z.string().max(2000) }),
]);

/** See `lineSchema`. */
export type Line = z.infer<typeof lineSchema>;
