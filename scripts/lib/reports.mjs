// Reads what the test runners wrote, and adds it up.
import { existsSync, readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/** Tests counted, the failed ones by what each said, and those that this machine could not run. */
export const nothing = { passed: 0, failed: 0, skipped: 0, failures: [], notRun: [] };

/** The failure of something that is not a test: a check, or a runner that did not come to its end. */
export function oneFailure(what) {
  return { ...nothing, failed: 1, failures: [what] };
}

/** The sum of several counts. */
export function sum(counts) {
  return counts.reduce(
    (a, b) => ({
      passed: a.passed + b.passed,
      failed: a.failed + b.failed,
      skipped: a.skipped + b.skipped,
      failures: [...a.failures, ...b.failures],
      notRun: [...a.notRun, ...b.notRun],
    }),
    nothing,
  );
}

/** The closing line that people and programs read. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Each failure again, so that the end of a long log names it; empty where nothing failed. */
export function failedLines({ failures }) {
  return failures.length === 0 ? [] : ['Failed', ...failures.map((line) => `  ${line}`)];
}

/** Counts of Vitest's JSON report; a test titled "NOT RUN…" says why this machine could not run it. */
export function readVitest(file) {
  const report = readJson(file);
  if (!report) return oneFailure(`Vitest left no report at ${file}`);
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: [
      ...brokenFiles.map(({ name, message }) => describe(name, message)),
      ...tests
        .filter(({ status }) => status === 'failed')
        .map(({ title, failureMessages }) => describe(title, failureMessages?.[0])),
    ],
    notRun: tests
      .filter(({ status, title }) => status !== 'passed' && title.includes('NOT RUN'))
      .map(({ title }) => title),
  };
}

/** Counts of Playwright's JSON report; its metadata lists the browsers that this machine lacks. */
export function readPlaywright(file) {
  const report = readJson(file);
  if (!report) return oneFailure(`Playwright left no report at ${file}`);
  const { expected, unexpected, flaky, skipped } = report.stats;
  return {
    passed: expected + flaky,
    failed: unexpected + report.errors.length,
    skipped,
    failures: [
      ...report.errors.map(({ message }) => describe('Playwright', message)),
      ...report.suites.flatMap(specsOf).flatMap(failedRuns),
    ],
    notRun: (report.config.metadata.notRun ?? []).map(
      ({ name, why }) => `browser tests NOT RUN on ${name}: ${why}`,
    ),
  };
}

function specsOf({ specs = [], suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)];
}

function failedRuns({ title, tests }) {
  return tests
    .filter(({ status }) => status === 'unexpected')
    .map(({ projectName, results }) =>
      describe(`${title} [${projectName}]`, results.findLast(({ error }) => error)?.error.message),
    );
}

/** One line: what failed, and the first two lines of what it said, without the terminal's colours. */
function describe(what, message = '') {
  const said = stripVTControlCharacters(message)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return [what, ...said.slice(0, 2)].join(' | ');
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
