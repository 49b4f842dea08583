// SPEC.md and the tests: every rule is proven by a test that names it, and no test names a rule that is not there.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const SKIPPED = new Set(['node_modules', 'dist', 'test-results']);
/** A title begins with the rules that the test proves, one or several, or ends with them in brackets. */
const TITLE = /['"`]((?:[A-Z][A-Z0-9]*-\d+(?:, | and )?)+)(?=[:, ])|\(([A-Z][A-Z0-9]*-\d+)\)['"`]/g;
const RULE = /[A-Z][A-Z0-9]*-\d+/g;

/** Files that hold tests, those with the tests that several implementations share among them. */
function* testFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* testFiles(path);
    else if (/(\.test\.(tsx?|mjs)|\.spec\.ts|contract\.ts)$/.test(entry.name)) yield path;
    else if (/[\\/](conformance|testing)[\\/].*\.ts$/.test(path)) yield path;
  }
}

const rules = [...readFileSync(join(ROOT, 'SPEC.md'), 'utf8').matchAll(/^- \*\*([A-Z0-9]+-\d+)\*\*/gm)].map(
  ([, rule]) => rule,
);
const named = new Map();
for (const part of ['packages', 'apps', 'bench', 'scripts', 'e2e'])
  for (const path of testFiles(join(ROOT, part)))
    for (const [title] of readFileSync(path, 'utf8').matchAll(TITLE))
      for (const [rule] of title.matchAll(RULE)) named.set(rule, path);

test('SPEC-1: every rule stands once, and a test names it', () => {
  expect(rules.filter((rule, i) => rules.indexOf(rule) !== i)).toEqual([]);
  expect(rules.filter((rule) => !named.has(rule))).toEqual([]);
});

test('SPEC-1: every rule that a test names is there', () => {
  const known = new Set(rules);
  const families = new Set(rules.map((rule) => rule.split('-')[0]));
  // 'UTF-8' and its like are no rules.
  const unknown = [...named].filter(([rule]) => families.has(rule.split('-')[0]) && !known.has(rule));
  expect(unknown).toEqual([]);
});
