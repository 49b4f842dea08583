// Probes every engine, each in a process of its own: a crash, or a backend left behind, harms no other.
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChildResult, lastLine, runChild } from './child.ts';
import { ENGINE_NAMES, type EngineName } from './engine.ts';
import { type EngineProbe, probeSchema } from './probe.ts';

const PROBE_LIMIT_MS = 300_000;

/** Runs the probing program for one engine. */
export type RunProbe = (name: EngineName) => Promise<ChildResult>;

/** What each engine of this machine can do, in the order of the ladder. */
export async function surveyEngines(
  env: NodeJS.ProcessEnv,
  run: RunProbe = probeProcess(env),
): Promise<EngineProbe[]> {
  const probes: EngineProbe[] = [];
  for (const name of ENGINE_NAMES) probes.push(readProbe(name, await run(name)));
  return probes;
}

function probeProcess(env: NodeJS.ProcessEnv): RunProbe {
  const program = fileURLToPath(new URL(`probe-main${extname(import.meta.url)}`, import.meta.url));
  return (name) => runChild(process.execPath, [program, name], { limitMs: PROBE_LIMIT_MS, env });
}

/** Turns the end of a probing process into a probe, whatever that end was. */
export function readProbe(name: EngineName, result: ChildResult): EngineProbe {
  if (result.timedOut) return { name, works: false, why: `no answer within ${PROBE_LIMIT_MS / 1000} s` };
  const parsed = probeSchema.safeParse(parseJson(lastLine(result.stdout)));
  if (parsed.success) return parsed.data;
  const words = lastLine(result.stderr) || 'no words';
  return {
    name,
    works: false,
    why: `its process ended with status ${result.code ?? 'none'}: ${words}`.slice(0, 2000),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
