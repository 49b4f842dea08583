// Asks Dawn (the `webgpu` npm package) which GPU answers, in a process of its own: a driver may print or crash.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { lastLine, runChild } from './child.ts';
import { EngineRefusal } from './engine.ts';

const ASK_LIMIT_MS = 20_000;

const answerSchema = z.strictObject({
  /** A name for people. */
  name: z.string().max(200),
  /** Whether it computes on the processor and only acts as a GPU. */
  software: z.boolean(),
});

/** A GPU that answers to WebGPU. */
export type DawnAdapter = z.infer<typeof answerSchema>;

/** The address of the `webgpu` package's module. Throws an EngineRefusal when npm did not install it. */
export function dawnModule(): string {
  try {
    return pathToFileURL(createRequire(import.meta.url).resolve('webgpu')).href;
  } catch {
    throw new EngineRefusal('the npm package webgpu is not installed');
  }
}

/** The adapter that this machine offers. Throws an EngineRefusal when there is none. */
export async function findDawnAdapter(env: NodeJS.ProcessEnv): Promise<DawnAdapter> {
  const script = `
    import { create } from ${JSON.stringify(dawnModule())};
    const adapter = await create([]).requestAdapter();
    const { vendor, architecture, device, description, isFallbackAdapter } = adapter?.info ?? {};
    const name = description || [vendor, architecture, device].filter(Boolean).join(' ') || 'unnamed GPU';
    console.log(JSON.stringify(adapter && { name: name.slice(0, 200), software: Boolean(isFallbackAdapter) }));
    process.exit(0);`;
  const result = await runChild(process.execPath, ['--input-type=module', '-e', script], {
    limitMs: ASK_LIMIT_MS,
    env,
  });
  if (result.timedOut) throw new EngineRefusal(`the GPU did not answer within ${ASK_LIMIT_MS / 1000} s`);
  if (result.code !== 0) throw new EngineRefusal(`Dawn does not load here: ${loadError(result.stderr)}`);
  const answer: unknown = JSON.parse(lastLine(result.stdout));
  if (answer === null) throw new EngineRefusal('no GPU answers');
  return answerSchema.parse(answer);
}

function loadError(stderr: string): string {
  return /^Error: (.*)$/m.exec(stderr)?.[1] ?? lastLine(stderr);
}
