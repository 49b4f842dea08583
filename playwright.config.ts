// Browser tests: one project for each browser and engine that this machine has.
import { defineConfig } from '@playwright/test';
import { BROWSER_NAMES, browserChoice } from './e2e/support/browsers.ts';

const choices = BROWSER_NAMES.map(browserChoice);

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/browsers',
  // Two cores are enough for one test with three browsers, not for several such tests.
  workers: 1,
  // For machines several times slower than the one these tests were written on.
  timeout: 600_000,
  expect: { timeout: 30_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: 'test-results/browsers.json' }]],
  use: { ignoreHTTPSErrors: true, screenshot: 'only-on-failure', trace: 'off' },
  // The JSON report carries this to scripts/test.mjs: a missing browser is reported, never passed over.
  metadata: { notRun: choices.filter((choice) => !choice.available) },
  projects: choices.flatMap((choice) =>
    choice.available
      ? [
          {
            name: choice.name,
            // What a page looks like and how devices train together is asked once, not once for each engine.
            testMatch: choice.name === 'chromium-wasm' ? '**/*.spec.ts' : '**/engine.spec.ts',
            use: {
              browserName: choice.name === 'firefox-webgpu' ? ('firefox' as const) : ('chromium' as const),
              launchOptions: choice.launch,
            },
          },
        ]
      : [],
  ),
});
