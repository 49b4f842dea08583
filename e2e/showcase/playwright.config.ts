// Long runs on real images that are shown, not asserted in CI: DATA=DIR npx playwright test -c e2e/showcase
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testMatch: '**/*.showcase.ts',
  outputDir: '../../test-results/showcase',
  workers: 1,
  timeout: 7_200_000,
  reporter: 'list',
});
