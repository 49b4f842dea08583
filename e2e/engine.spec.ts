// The engine ladder in each browser: which engine a page takes, and that it passed the numeric self-test.
import { expect, test } from '@playwright/test';
import { CoordinatorProcess } from './support/coordinator.ts';

let coordinator: CoordinatorProcess;

test.beforeAll(async () => {
  coordinator = await CoordinatorProcess.start();
});

test.afterAll(() => coordinator.stop());

test('E2E-5: the page takes the first engine of the ladder that passes its self-test; WebGL that the processor draws is refused', async ({
  page,
}, info) => {
  const expected = info.project.name.endsWith('webgpu') ? 'WebGPU' : 'WebAssembly';
  await page.goto(coordinator.url);
  await expect(page.getByText('verified with known numbers')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(expected, { exact: false }).first()).toBeVisible();
});
