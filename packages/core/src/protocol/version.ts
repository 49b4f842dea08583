// The protocol's version, and what a peer of another version is told.
import { z } from 'zod';
import { TesseraError } from './errors.ts';

/** Raised by one with every change that an older peer would misread. */
export const PROTOCOL_VERSION = 4;

/** What every version, past and future, understands of a first message: a greeting's version, or a refusal. */
const refusedSchema = z.looseObject({ type: z.literal('refused') });
const greetingSchema = z.looseObject({
  type: z.enum(['hello', 'welcome']),
  protocol: z.int().min(0).max(0xffff_ffff),
});

/** Which side of the connection reads the greeting. */
export type Side = 'device' | 'coordinator';

/**
 * Reads the version out of a first message before anything else of it is looked at, so that a peer of another
 * version is told so, and not that its message is malformed. Returns undefined when the versions agree, and for a
 * refusal, which a device may get instead of a welcome.
 */
export function greetingFault(firstMessage: unknown, reader: Side): TesseraError | undefined {
  if (reader === 'device' && refusedSchema.safeParse(firstMessage).success) return undefined;
  const greeting = greetingSchema.safeParse(firstMessage);
  if (!greeting.success) {
    return new TesseraError('bad-message', 'The first message must be a greeting with a protocol version.');
  }
  const theirs = greeting.data.protocol;
  if (theirs === PROTOCOL_VERSION) return undefined;
  const [device, coordinator] =
    reader === 'coordinator' ? [theirs, PROTOCOL_VERSION] : [PROTOCOL_VERSION, theirs];
  const advice =
    device < coordinator
      ? 'Reload the page, or update the program.'
      : 'Ask the host to update the coordinator.';
  return new TesseraError(
    'version-mismatch',
    `This device speaks version ${device} of the protocol, the coordinator version ${coordinator}. ${advice}`,
  );
}
