// Control messages read strictly: what a peer says is a message of the protocol, or an error that says why not.
import type { z } from 'zod';
import { asTesseraError, TesseraError } from './errors.ts';
import {
  type CoordinatorMessage,
  coordinatorMessageSchema,
  type DeviceMessage,
  deviceMessageSchema,
} from './messages.ts';
import {
  type CloudMessage,
  cloudMessageSchema,
  type EdgeMessage,
  edgeMessageSchema,
} from './tier-messages.ts';

/** Faults of one message that its error lists. */
const FAULTS_LISTED = 3;
/** Characters of an error's text on the wire, as in the schema of 'refused'. */
const REFUSAL_CHARACTERS = 400;

/** Reads what a device said; throws 'bad-message' with the faults found. */
export function parseDeviceMessage(message: unknown): DeviceMessage {
  return parse(deviceMessageSchema, message);
}

/** Reads what the coordinator said; throws 'bad-message' with the faults found. */
export function parseCoordinatorMessage(message: unknown): CoordinatorMessage {
  return parse(coordinatorMessageSchema, message);
}

/** Reads what an edge said to its cloud; throws 'bad-message' with the faults found. */
export function parseEdgeMessage(message: unknown): EdgeMessage {
  return parse(edgeMessageSchema, message);
}

/** Reads what the cloud said to an edge; throws 'bad-message' with the faults found. */
export function parseCloudMessage(message: unknown): CloudMessage {
  return parse(cloudMessageSchema, message);
}

/** The message that tells a peer of an error; inner details of foreign errors stay here. */
export function refusal(thrown: unknown): CoordinatorMessage & { type: 'refused' } {
  const { code, message } = asTesseraError(thrown);
  return { type: 'refused', code, message: message.slice(0, REFUSAL_CHARACTERS) };
}

function parse<T>(schema: z.ZodType<T>, message: unknown): T {
  const result = schema.safeParse(message);
  if (result.success) return result.data;
  const faults = result.error.issues
    .slice(0, FAULTS_LISTED)
    .map(({ path, message: fault }) => [path.join('.'), fault].filter(Boolean).join(': '));
  throw new TesseraError('bad-message', `A control message was refused: ${faults.join('; ')}`);
}
