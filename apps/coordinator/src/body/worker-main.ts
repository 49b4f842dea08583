// The program of the body's worker thread: starts the engine, then does what the main thread asks, in order.
import { parentPort, workerData } from 'node:worker_threads';
import { type LocalBody, runBody } from '@tessera/core/body';
import { systemClock } from '@tessera/core/clock';
import { runSettingsSchema } from '@tessera/core/protocol';
import { z } from 'zod';
import { ENGINE_NAMES, startEngine } from '../engine/index.ts';
import { type BodyReply, type BodyRequest, ownedBuffers } from './calls.ts';

const beginSchema = z.strictObject({
  settings: runSettingsSchema,
  engine: z.enum(['auto', ...ENGINE_NAMES]),
});
if (!parentPort) throw new Error('this program runs in a worker thread');
const port = parentPort;

function reply(message: BodyReply): void {
  port.postMessage(message, ownedBuffers(message));
}

async function startBody(): Promise<LocalBody> {
  const { settings, engine: wish } = beginSchema.parse(workerData);
  const { name, adapter, reason } = await startEngine({ engine: wish, env: process.env });
  const engine = { backend: name, adapter, reason };
  return runBody(settings, { engine, clock: systemClock });
}

async function answer(body: LocalBody, { id, method, argument }: BodyRequest): Promise<void> {
  try {
    // The main thread calls through the same interface, so the argument fits the method.
    const call = body[method].bind(body) as (argument: unknown) => Promise<unknown>;
    reply({ type: 'done', id, value: await call(argument) });
    body.settle(); // While the main thread sends the answers and the devices compute.
  } catch (error) {
    reply({ type: 'failed', id, message: error instanceof Error ? error.message : String(error) });
  }
}

try {
  const body = await startBody();
  let turn = Promise.resolve();
  port.on('message', (request: BodyRequest) => {
    turn = turn.then(() => answer(body, request));
  });
  reply({ type: 'started', engine: body.engine });
} catch (error) {
  reply({ type: 'refused', message: error instanceof Error ? error.message : String(error) });
}
