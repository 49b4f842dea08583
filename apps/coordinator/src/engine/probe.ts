// What a probe of one engine reports: the one line of JSON between the probing process and the one that asked.
import { z } from 'zod';
import { ENGINE_NAMES } from './engine.ts';

/** An engine that loads here with the time of one small step, or one that does not, and why. */
export const probeSchema = z.discriminatedUnion('works', [
  z.strictObject({
    name: z.enum(ENGINE_NAMES),
    works: z.literal(true),
    adapter: z.string().max(300),
    startMs: z.number().nonnegative(),
    stepMs: z.number().nonnegative(),
  }),
  z.strictObject({ name: z.enum(ENGINE_NAMES), works: z.literal(false), why: z.string().max(2000) }),
]);

/** The result of probing one engine. */
export type EngineProbe = z.infer<typeof probeSchema>;
