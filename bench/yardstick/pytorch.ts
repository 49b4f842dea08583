// The yardstick: the same step in PyTorch, in a process of its own that waits for its turn.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { GanSpec } from '@tessera/core/architecture';
import { z } from 'zod';
import type { Side } from '../race.ts';
import { ADAM } from '../whole-step.ts';

/** What the yardstick is to compute. */
export interface YardstickOrder {
  readonly spec: GanSpec;
  readonly batch: number;
  readonly threads: number;
}

/** A side in another process, which must be closed. */
export interface Yardstick extends Side {
  close(): void;
}

const helloSchema = z.object({ version: z.string() });
const lapSchema = z.object({ ms: z.number(), cpuMs: z.number(), losses: z.array(z.number()) });

/** Sources and build lie at different depths. */
const PROGRAM = ['step.py', '../../yardstick/step.py']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find(existsSync);

/** Starts PyTorch; throws an Error with Python's own words where it does not start. */
export async function startPyTorch(python: string, order: YardstickOrder): Promise<Yardstick> {
  const child = spawn(python, [PROGRAM ?? 'step.py', JSON.stringify({ ...order, adam: ADAM })], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, OMP_NUM_THREADS: String(order.threads) },
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-2000)));
  const lines = createInterface({ input: child.stdout });
  const read = lines[Symbol.asyncIterator]();
  const failed = once(child, 'error').then(([error]: unknown[]) => {
    throw new Error(`"${python}" does not start: ${String(error)}`);
  });
  failed.catch(() => undefined); // Told by whoever waits for a line.
  const next = async () => {
    const line = await Promise.race([read.next(), failed]);
    if (line.done === true)
      throw new Error(`PyTorch ended: ${words.trim().split('\n').at(-1) ?? 'without a word'}`);
    return JSON.parse(line.value) as unknown;
  };
  const { version } = helloSchema.parse(await next());
  return {
    name: `PyTorch ${version}, ${order.threads} thread${order.threads === 1 ? '' : 's'}`,
    lap: async () => {
      child.stdin.write('\n');
      const { losses, ...lap } = lapSchema.parse(await next());
      if (!losses.every(Number.isFinite)) throw new Error('PyTorch computed a loss that is not finite');
      return lap;
    },
    close: () => {
      child.stdin.end();
      lines.close();
    },
  };
}
