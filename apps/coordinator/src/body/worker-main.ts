// The program of a thread with an engine: starts it, then does what the main thread asks, in order.
import { parentPort, workerData } from 'node:worker_threads';
import { runBody } from '@tessera/core/body';
import { systemClock } from '@tessera/core/clock';
import { domainTermsOf, type DomainTermsPort } from '@tessera/core/cloud';
import { type RunSettings, runSettingsSchema } from '@tessera/core/protocol';
import type { BodyPort } from '@tessera/core/session';
import { z } from 'zod';
import { ENGINE_NAMES, startEngine } from '../engine/index.ts';
import {
  type BodyMethod,
  ownedBuffers,
  THREAD_PARTS,
  type ThreadReply,
  type ThreadRequest,
} from './calls.ts';

const beginSchema = z.strictObject({
  settings: runSettingsSchema,
  engine: z.enum(['auto', ...ENGINE_NAMES]),
  part: z.enum(THREAD_PARTS),
});
if (!parentPort) throw new Error('this program runs in a worker thread');
const port = parentPort;

/** What answers the calls. */
interface Part {
  call(method: string, argument: unknown): Promise<unknown>;
  /** What is left to do after an answer, while the main thread sends it on. */
  settle(): void;
}

const makers = {
  body: (settings: RunSettings, engine: BodyPort['engine']): Part => {
    const body = runBody(settings, { engine, clock: systemClock });
    return {
      call: (method, argument) => {
        // The main thread calls through the same interface, so the argument fits the method.
        const call = body[method as BodyMethod].bind(body) as (argument: unknown) => Promise<unknown>;
        return call(argument);
      },
      settle: () => {
        body.settle();
      },
    };
  },
  'domain-terms': (settings: RunSettings): Part => {
    const terms = domainTermsOf(settings);
    return {
      // The only call there is; the main thread makes it through the same interface.
      call: (_method, merge) => terms.improve(...(merge as Parameters<DomainTermsPort['improve']>)),
      settle: () => undefined,
    };
  },
};

function reply(message: ThreadReply): void {
  port.postMessage(message, ownedBuffers(message));
}

async function answer(part: Part, { id, method, argument }: ThreadRequest): Promise<void> {
  try {
    reply({ type: 'done', id, value: await part.call(method, argument) });
    part.settle();
  } catch (error) {
    reply({ type: 'failed', id, message: error instanceof Error ? error.message : String(error) });
  }
}

try {
  const { settings, engine: wish, part: name } = beginSchema.parse(workerData);
  const { name: backend, adapter, reason } = await startEngine({ engine: wish, env: process.env });
  const engine = { backend, adapter, reason };
  const part = makers[name](settings, engine);
  let turn = Promise.resolve();
  port.on('message', (request: ThreadRequest) => {
    turn = turn.then(() => answer(part, request));
  });
  reply({ type: 'started', engine });
} catch (error) {
  reply({ type: 'refused', message: error instanceof Error ? error.message : String(error) });
}
