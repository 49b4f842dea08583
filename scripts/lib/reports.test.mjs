import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  closingLine,
  failedLines,
  nothing,
  oneFailure,
  readPlaywright,
  readVitest,
  sum,
} from './reports.mjs';

function reportFile(report) {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(report));
  return file;
}

describe('reports of test runners', () => {
  it('TOOL-13: the closing line adds up all runners', () => {
    const counts = [{ ...nothing, passed: 3 }, oneFailure('lint'), { ...nothing, passed: 2, skipped: 4 }];
    expect(closingLine(sum(counts))).toBe('5 passed, 1 failed, 4 skipped');
    expect(closingLine(nothing)).toBe('0 passed, 0 failed');
  });

  it('TOOL-13: a test file that does not load is a failure, although none of its tests failed', () => {
    const report = {
      numPassedTests: 1,
      numFailedTests: 1,
      numPendingTests: 1,
      numTodoTests: 0,
      testResults: [
        { name: 'a.test.ts', message: 'no module "b"', status: 'failed', assertionResults: [] },
        {
          status: 'failed',
          assertionResults: [
            { status: 'failed', title: 'ENG-1: x', failureMessages: ['expected 1\n\nto be 2\nat a.ts'] },
          ],
        },
        {
          status: 'passed',
          assertionResults: [{ status: 'skipped', title: 'ENG-8: NOT RUN on webgpu: why' }],
        },
      ],
    };
    expect(readVitest(reportFile(report))).toEqual({
      passed: 1,
      failed: 2,
      skipped: 1,
      failures: ['a.test.ts | no module "b"', 'ENG-1: x | expected 1 | to be 2'],
      notRun: ['ENG-8: NOT RUN on webgpu: why'],
    });
  });

  it('TOOL-14: a browser that is not to be had is reported as not run', () => {
    const report = {
      stats: { expected: 2, unexpected: 0, flaky: 0, skipped: 0 },
      errors: [],
      suites: [],
      config: { metadata: { notRun: [{ name: 'firefox-webgpu', why: 'there is none' }] } },
    };
    expect(readPlaywright(reportFile(report))).toMatchObject({
      passed: 2,
      notRun: ['browser tests NOT RUN on firefox-webgpu: there is none'],
    });
  });

  it('TOOL-13: failed tests are named again at the end, with what they said', () => {
    const failed = { status: 'unexpected', projectName: 'firefox-webgpu' };
    const report = {
      stats: { expected: 1, unexpected: 1, flaky: 0, skipped: 0 },
      errors: [{ message: 'a file does not load' }],
      config: { metadata: {} },
      suites: [
        {
          suites: [
            {
              specs: [
                {
                  title: 'E2E-1: x',
                  tests: [
                    { ...failed, results: [{ error: { message: '\u001b[31mtoo late\u001b[39m' } }] },
                    { status: 'expected', projectName: 'chromium-webgpu', results: [{}] },
                  ],
                },
              ],
            },
          ],
        },
      ],
    };
    expect(failedLines(readPlaywright(reportFile(report)))).toEqual([
      'Failed',
      '  Playwright | a file does not load',
      '  E2E-1: x [firefox-webgpu] | too late',
    ]);
    expect(failedLines(nothing)).toEqual([]);
  });

  it('TOOL-13: a runner that left no report has failed', () => {
    expect(readVitest('/nowhere/unit.json')).toMatchObject({ failed: 1, passed: 0 });
    expect(readPlaywright('/nowhere/browsers.json')).toMatchObject({ failed: 1, passed: 0 });
  });
});
