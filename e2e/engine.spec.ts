// The engine ladder in each browser: which engine a page takes, and that it passed the numeric self-test.
import { expect, test } from '@playwright/test';
import { CoordinatorProcess } from './support/coordinator.ts';

let coordinator: CoordinatorProcess;

test.beforeAll(async () => {
  coordinator = await CoordinatorProcess.start();
});

test.afterAll(() => coordinator.stop());

test('E2E-5: the page takes an engine that passed its self-test, or the one that was asked for; WebGL that the processor draws is refused', async ({
  page,
}, info) => {
  const forced = info.project.name.endsWith('webgpu');
  const expected = forced ? 'WebGPU' : 'WebAssembly';
  await page.goto(forced ? `${coordinator.url}?engine=webgpu` : coordinator.url);
  await expect(page.getByText('verified with known numbers')).toBeVisible({ timeout: 240_000 });
  await expect(page.getByText(expected, { exact: false }).first()).toBeVisible();
});
