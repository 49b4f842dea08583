// Reads what the test runners wrote, and adds it up.
import { existsSync, readFileSync } from 'node:fs';

/** Tests counted, and those that this machine could not run. */
export const nothing = { passed: 0, failed: 0, skipped: 0, notRun: [] };

/** A stage that did not even come to count. */
export const oneFailure = { ...nothing, failed: 1 };

/** The sum of several counts. */
export function sum(counts) {
  return counts.reduce(
    (a, b) => ({
      passed: a.passed + b.passed,
      failed: a.failed + b.failed,
      skipped: a.skipped + b.skipped,
      notRun: [...a.notRun, ...b.notRun],
    }),
    nothing,
  );
}

/** The closing line that people and programs read. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Counts of Vitest's JSON report; a test titled "NOT RUN…" says why this machine could not run it. */
export function readVitest(file) {
  const report = readJson(file);
  if (!report) return oneFailure;
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
    notRun: report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status, title }) => status !== 'passed' && title.includes('NOT RUN'))
      .map(({ title }) => title),
  };
}

/** Counts of Playwright's JSON report; its metadata lists the browsers that this machine lacks. */
export function readPlaywright(file) {
  const report = readJson(file);
  if (!report) return oneFailure;
  const { expected, unexpected, flaky, skipped } = report.stats;
  return {
    passed: expected + flaky,
    failed: unexpected + report.errors.length,
    skipped,
    notRun: (report.config.metadata.notRun ?? []).map(
      ({ name, why }) => `browser tests NOT RUN on ${name}: ${why}`,
    ),
  };
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
