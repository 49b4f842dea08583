// The program of a process that computes the steps of some devices of a simulation.
import { type Half, makeHalf } from '@tessera/core/gan';
import { startEngine } from '../../engine/index.ts';
import type { HalfReply, HalfRequest } from './calls.ts';

const halves = new Map<number, Half>();
/** Why something that was only told went wrong, until somebody asks. */
const faults = new Map<number, string>();
let turn: Promise<void> = Promise.resolve();

function reply(message: HalfReply): void {
  process.send?.(message);
}

function halfNumbered(number: number): Half {
  const half = halves.get(number);
  if (!half) throw new Error(`there is no half ${number} here`);
  return half;
}

async function act(request: HalfRequest): Promise<void> {
  switch (request.type) {
    case 'start':
      try {
        await startEngine({ engine: request.engine, env: process.env });
        reply({ type: 'started' });
      } catch (error) {
        reply({ type: 'refused', message: messageOf(error) });
      }
      return;
    case 'make':
      halves.set(request.half, makeHalf(request.options));
      return;
    case 'tell':
      tell(request);
      return;
    case 'ask':
      await ask(request);
      return;
    default:
      request satisfies never;
  }
}

function tell({ half: number, method, given }: HalfRequest & { type: 'tell' }): void {
  try {
    const half = halfNumbered(number);
    // The main process calls through the same interface, so the arguments fit the method.
    (half[method].bind(half) as (...given: unknown[]) => void)(...given);
    if (method === 'dispose') halves.delete(number);
  } catch (error) {
    faults.set(number, messageOf(error));
  }
}

async function ask({ id, half: number, method, given }: HalfRequest & { type: 'ask' }): Promise<void> {
  try {
    const fault = faults.get(number);
    faults.delete(number);
    if (fault !== undefined) throw new Error(fault);
    const half = halfNumbered(number);
    const value = await (half[method].bind(half) as (...given: unknown[]) => Promise<unknown>)(...given);
    reply({ type: 'done', id, value });
  } catch (error) {
    reply({ type: 'failed', id, message: messageOf(error) });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

process.on('message', (request: HalfRequest) => {
  turn = turn.then(() => act(request));
});
// The main process is gone, or has closed the channel: there is nothing left to do.
process.on('disconnect', () => {
  process.exit(0);
});
// Ctrl-C reaches the whole group; the main process decides when to end.
process.on('SIGINT', () => undefined);
