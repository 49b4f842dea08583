// A program of its own: probes the engine that its first argument names, and prints what it found as JSON.
import { systemClock } from '@tessera/core/clock';
import { ENGINE_NAMES, EngineRefusal } from './engine.ts';
import { startEngine } from './ladder.ts';
import type { EngineProbe } from './probe.ts';
import { timeSmallStep } from './small-step.ts';

const name = ENGINE_NAMES.find((known) => known === process.argv[2]);
if (!name) throw new Error(`expected one of ${ENGINE_NAMES.join(', ')}`);

async function probe(engine: (typeof ENGINE_NAMES)[number]): Promise<EngineProbe> {
  try {
    const start = systemClock.now();
    const { adapter } = await startEngine({ engine, env: process.env });
    const startMs = systemClock.now() - start;
    return { name: engine, works: true, adapter, startMs, stepMs: await timeSmallStep(systemClock) };
  } catch (error) {
    return { name: engine, works: false, why: whyOf(error) };
  }
}

function whyOf(error: unknown): string {
  if (error instanceof EngineRefusal && error.refused[0]) return error.refused[0].why;
  return error instanceof Error ? error.message : String(error);
}

const line = `${JSON.stringify(await probe(name))}\n`;
// Drivers may keep threads alive: the probe ends itself once its line is out.
process.stdout.write(line, () => process.exit(0));
