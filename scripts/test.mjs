// npm test: installs what tests need, runs every check and test, and adds them up.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { build, checkNode, installEngine, installPackages } from './lib/prepare.mjs';
import {
  closingLine,
  failedLines,
  nothing,
  oneFailure,
  readPlaywright,
  readVitest,
  sum,
} from './lib/reports.mjs';
import { main, root, runNode, say, ScriptFailure, step } from './lib/run.mjs';
import { getBrowsers, getBuildTools } from './lib/tools.mjs';

const usage = `Usage: npm test -- [flags]

  --no-browser     leave out the tests that need a browser
  --no-native      leave out the tests that need tfjs-node or a GPU driver
  --only STAGES    only these, with commas between: types, lint, licences, unit, browser
  --within FOLDER  of the unit and integration tests only those in this folder

Ends with status 0 only when everything ran and passed; a test that this machine
cannot run counts as a failure unless its flag was given.`;

const bin = (path) => join(root, 'node_modules', ...path.split('/'));
const results = join(root, 'test-results');
const unitReport = join(results, 'unit.json');
const browserReport = join(results, 'browsers.json');
const summary = join(results, 'summary.json');

const stages = {
  types: { title: 'Types', run: () => check([[bin('typescript/bin/tsc'), '-b']]) },
  lint: {
    title: 'Lint and format',
    run: () =>
      check([
        [bin('eslint/bin/eslint.js'), '.'],
        [bin('prettier/bin/prettier.cjs'), '--check', '.'],
      ]),
  },
  licences: { title: 'Licences', run: () => check([['scripts/third-party.mjs', '--check']]) },
  unit: { title: 'Unit and integration tests', run: runUnit },
  browser: { title: 'Browser tests', run: runBrowsers },
};

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        'no-browser': { type: 'boolean', default: false },
        'no-native': { type: 'boolean', default: false },
        only: { type: 'string' },
        within: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const only = values.only?.split(',') ?? Object.keys(stages);
    const unknown = only.find((name) => !(name in stages));
    if (unknown !== undefined)
      throw new Error(`there is no stage "${unknown}"; the stages are ${Object.keys(stages).join(', ')}`);
    return { ...values, only: only.filter((name) => name !== 'browser' || !values['no-browser']) };
  } catch (error) {
    throw new ScriptFailure(`${error.message}\n\n${usage}`);
  }
}

/** Runs checks that only pass or fail, side by side; each failed one counts as one failure. */
async function check(commands) {
  const counts = await Promise.all(
    commands.map(async (command) => {
      const { code, output } = await runNode(command);
      process.stdout.write(output);
      return code === 0 ? nothing : oneFailure(command.map((part) => relative(root, part) || part).join(' '));
    }),
  );
  return sum(counts);
}

async function runUnit(flags) {
  rmSync(unitReport, { force: true });
  const { code } = await runNode(
    [
      bin('vitest/vitest.mjs'),
      'run',
      ...(flags.within === undefined ? [] : [flags.within]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${unitReport}`,
    ],
    { show: true, env: flags['no-native'] ? { TESSERA_NO_NATIVE: '1' } : {} },
  );
  return consistent(code, readVitest(unitReport));
}

async function runBrowsers() {
  rmSync(browserReport, { force: true });
  const { code } = await runNode([bin('@playwright/test/cli.js'), 'test'], { show: true });
  return consistent(code, readPlaywright(browserReport));
}

/** A runner that ended badly for a reason it did not count is a failure too. */
function consistent(code, count) {
  return code !== 0 && count.failed === 0
    ? sum([count, oneFailure('the runner of the tests ended with an error')])
    : count;
}

async function prepare(flags) {
  checkNode();
  await installPackages();
  await build();
  if (flags.only.includes('browser')) await getBrowsers();
  if (!flags['no-native'] && flags.only.includes('unit')) {
    await getBuildTools();
    await installEngine({ again: true });
  }
}

await main(async () => {
  const flags = readFlags();
  if (flags.help) return void say(usage);
  rmSync(summary, { force: true }); // A run that breaks off must not leave an older one's sums.
  await prepare(flags);
  mkdirSync(results, { recursive: true });
  const lines = [];
  const counts = [];
  for (const name of flags.only) {
    const { title, run } = stages[name];
    const count = await step(title, () => run(flags));
    counts.push(count);
    const counted = count.passed + count.failed + count.skipped > 0;
    lines.push(`${title}: ${counted ? closingLine(count) : 'ok'}`);
  }
  const total = sum(counts);
  const excused = total.notRun.filter((line) => flags['no-native'] && line.includes('--no-native'));
  const missing = total.notRun.filter((line) => !excused.includes(line));
  writeFileSync(summary, JSON.stringify(total));
  say(
    ['', 'Summary', ...lines.map((line) => `  ${line}`), ...total.notRun.map((line) => `  ${line}`)].join(
      '\n',
    ),
  );
  if (flags['no-browser']) say('  browser tests were left out (--no-browser)');
  if (missing.length > 0)
    say('  Some tests could not run on this machine: --no-browser or --no-native accepts that.');
  say(['', ...failedLines(total)].join('\n'));
  process.stdout.write(`${closingLine(total)}\n`);
  if (total.failed > 0 || missing.length > 0) process.exitCode = 1;
});
