// The command that replays a reference file pair and prints how far the numbers are from it.
import { resolve } from 'node:path';
import { choice, CommandFailure, defineCommand, json, renderTable } from '../cli/index.ts';
import { ENGINE_NAMES, EngineRefusal, startEngine } from '../engine/index.ts';
import { compare, readGolden, replay, type Comparison } from '../golden/index.ts';

/** `tessera golden PREFIX`: exit code 1 when a group is out of its bound. */
export const goldenCommand = defineCommand({
  name: 'golden',
  summary: 'replay a reference run and compare losses, weights and clusters',
  description:
    'Replays PREFIX.json and PREFIX.safetensors with the code that trains: every step through its six exchanges, ' +
    'then the federations. Prints the largest absolute difference of each group of values at each moment, with its ' +
    'bound. The exit code is 1 when a group is out of its bound.',
  positionals: [{ name: 'PREFIX', description: 'Path of the two files without .json and .safetensors' }],
  options: {
    engine: choice(['auto', ...ENGINE_NAMES] as const, 'The compute engine; the best that works by default'),
    json,
  },
  examples: [
    {
      line: 'reference/huscf-step',
      does: 'compares with the files huscf-step.json and huscf-step.safetensors',
    },
    { line: 'reference/huscf-step --engine wasm --json', does: 'the same on WebAssembly, as JSON' },
  ],
  async run({ options, words: [prefix = ''] }, io) {
    const golden = await readGolden(resolve(io.cwd, prefix));
    const engine = await startEngine({ engine: options.engine ?? 'auto', env: io.environment }).catch(
      refused,
    );
    io.err(`Engine: ${engine.adapter}`);
    const comparisons: Comparison[] = [];
    for await (const moment of replay(golden)) comparisons.push(...compare(golden, moment));
    const passed = comparisons.every((comparison) => comparison.passed);
    if (options.json) {
      io.out(JSON.stringify({ engine: engine.name, passed, comparisons }, undefined, 2));
    } else {
      io.out(
        renderTable(
          ['moment', 'group', 'values', 'largest', 'bound', 'within 2e-5', 'verdict'],
          comparisons.map(row),
        ),
      );
      io.out(passed ? 'Every group is within its bound.' : 'At least one group is out of its bound.');
    }
    return passed ? 0 : 1;
  },
});

function row({ moment, group, values, largest, bound, close, passed }: Comparison): (string | number)[] {
  const share = close === undefined ? '-' : close.toFixed(5);
  return [moment, group, values, scientific(largest), scientific(bound), share, passed ? 'ok' : 'OUT'];
}

function scientific(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}

function refused(error: unknown): never {
  if (error instanceof EngineRefusal) throw new CommandFailure(error.message, 1, { cause: error });
  throw error;
}
