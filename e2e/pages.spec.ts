// What people see: no accessibility violations at both widths and in both colour schemes, usable by keyboard alone.
import { expect, type Route, test } from '@playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { CoordinatorProcess, DeviceProcess } from './support/coordinator.ts';
import { takePart } from './support/volunteer.ts';

let coordinator: CoordinatorProcess;
let device: DeviceProcess;

test.beforeAll(async () => {
  coordinator = await CoordinatorProcess.start({ flags: ['--start'] });
  const flags = ['--drawn', 'pen', '--limit', '200', '--engine', 'wasm', '--name', 'node'];
  device = await DeviceProcess.start(coordinator.url, [...flags, '--state', `${coordinator.folder}/node`]);
});

test.afterAll(async () => {
  await device.stop();
  await coordinator.stop();
});

test('E2E-6: the volunteer’s page is accessible before, while and after it takes part', async ({ page }) => {
  await page.goto(coordinator.url);
  await expect(page.getByText('verified with known numbers')).toBeVisible({ timeout: 240_000 });
  await expectAccessible(page);
  await takePart(page, { url: `${coordinator.url}?engine=wasm`, name: 'looked at', domain: 'Pen' });
  await expect(page.getByText(/^Training: round/).first()).toBeVisible({ timeout: 120_000 });
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Finish after this round' }).click();
  await expect(page.getByText(/Thank you/).first()).toBeVisible({ timeout: 120_000 });
  await expectAccessible(page);
});

test('E2E-7: the run page and the wall are accessible, and the wall holds no secret', async ({ page }) => {
  await page.goto(coordinator.hostLink);
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  expect(new URL(page.url()).hash).toBe('');
  await expectAccessible(page);
  await page.goto(new URL('wall', coordinator.url).href);
  await expect(page.getByText('Digits by many hands').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0);
  expect(await page.content()).not.toContain(new URL(coordinator.hostLink).hash.slice('#key='.length));
  await expectAccessible(page);
});

test('E2E-9: what a volunteer does before the page knows its run is not lost', async ({ page }) => {
  // A busy coordinator, or a slow link: the run's description comes late.
  const held: Route[] = [];
  await page.route('**/api/run', (route) => void held.push(route), { times: 1 });
  await page.goto(`${coordinator.url}?engine=wasm`);
  await page.getByRole('button', { name: 'Pen', exact: true }).click();
  await expect.poll(() => held.length).toBe(1);
  await held[0]?.continue();
  await expect(page.getByText(/drawn here/).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start training' })).toBeEnabled({ timeout: 240_000 });
});

test('E2E-8: a volunteer can take part with the keyboard alone', async ({ page }) => {
  await page.goto(`${coordinator.url}?engine=wasm`);
  await expect(page.getByText('verified with known numbers')).toBeVisible({ timeout: 240_000 });
  const press = async (name: string | RegExp) => {
    const target = page.getByRole('button', { name }).first();
    for (let i = 0; i < 60; i++) {
      if (await target.evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    await expect(target).toBeFocused();
    await page.keyboard.press('Enter');
  };
  await press('Marker');
  await expect(page.getByText(/drawn here/).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start training' })).toBeEnabled();
  await press('Start training');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await press('Pause');
  await expect(page.getByText('Paused by you. Your images stay connected.').first()).toBeVisible();
});

test('LIVE-2: a run that shares generated images says so before Start, which waits for the answer', async ({
  page,
}) => {
  const sharing = await CoordinatorProcess.start({ run: { strategy: 'pfl-gan' } });
  try {
    await page.goto(`${sharing.url}?engine=wasm`);
    await page.getByRole('button', { name: 'Pen', exact: true }).click();
    await expect(page.getByText('verified with known numbers')).toBeVisible({ timeout: 240_000 });
    const start = page.getByRole('button', { name: 'Start training' });
    await expect(page.getByText('Say first whether generated images may be shared.')).toBeVisible();
    await expect(start).toBeDisabled();
    await expectAccessible(page);
    await page.getByLabel('I agree that images drawn from what this device learned are shared').check();
    await start.click();
    await expect(page.getByRole('button', { name: 'Leave' })).toBeVisible();
  } finally {
    await sharing.stop();
  }
});
