// Points of the plane as people see them: a cloud, its edge and a Node device as processes, and a volunteer's page.
import { expect, test } from '@playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { CoordinatorProcess, DeviceProcess } from './support/coordinator.ts';

const RUN = {
  ...{ title: 'Two Gaussians', strategy: 'fr-sync', communities: ['North', 'South'], mergeSeconds: 5 },
  ...{ data: 'points', condition: 'none', width: 0.25, zDim: 8, batch: 16 },
  ...{ stepsPerRound: 10, rounds: 100_000, minimumDevices: 2 },
};
const ENGINE = ['--engine', 'wasm'];

let cloud: CoordinatorProcess;
let edge: CoordinatorProcess;
let device: DeviceProcess;

test.beforeAll(async () => {
  cloud = await CoordinatorProcess.start({ run: RUN, flags: ['--tier', 'cloud', ...ENGINE] });
  const edgeOf = { cloud: cloud.url, community: 'South' };
  edge = await CoordinatorProcess.start({ edgeOf, flags: ['--start', ...ENGINE] });
  const flags = ['--points', '2', '--name', 'node', ...ENGINE, '--state', `${edge.folder}/node`];
  device = await DeviceProcess.start(edge.url, flags);
});

test.afterAll(async () => {
  await device.stop();
  await edge.stop();
  await cloud.stop();
});

test('TIERDATA-38: a volunteer connects points of its community, trains with a Node device, and sees the clouds', async ({
  page,
}) => {
  await page.goto(edge.url);
  await expect(page.getByRole('heading', { name: 'Connect points' })).toBeVisible();
  for (const absent of ['Choose images', 'Choose a folder', 'Pen'])
    await expect(page.getByRole('button', { name: absent })).toHaveCount(0);
  const means = page.getByRole('button', { name: /^Around mean \d$/ });
  await expect(means).toHaveCount(9);
  await expect(page.locator('.button-primary', { hasText: 'Around mean' })).toHaveText('Around mean 2');
  for (const mean of await means.all()) {
    const { width, height } = (await mean.boundingBox()) ?? { width: 0, height: 0 };
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
  }
  await expectAccessible(page);

  // By keyboard, as everything else.
  await page.getByRole('button', { name: 'Around mean 2' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('600 points around mean 2, drawn here')).toBeVisible();
  await expect(page.getByRole('img', { name: '600 points around mean 2 of the plane' })).toBeVisible();
  await page.getByLabel('Name on the host’s screen').fill('volunteer');
  const start = page.getByRole('button', { name: 'Start training' });
  await expect(start).toBeEnabled({ timeout: 240_000 });
  await start.click();
  await expect(page.getByText(/^Training: round/).first()).toBeVisible({ timeout: 120_000 });

  await expect.poll(async () => (await edge.view()).committedRound, { timeout: 120_000 }).toBeGreaterThan(1);
  const { devices } = await edge.view();
  expect(devices.map(({ name, kind, backend, connected }) => ({ name, kind, backend, connected }))).toEqual([
    { name: 'node', kind: 'node', backend: 'wasm', connected: true },
    { name: 'volunteer', kind: 'browser', backend: 'wasm', connected: true },
  ]);
  for (const name of ['Community South', 'All communities together'])
    await expect(page.getByRole('heading', { name })).toBeVisible({ timeout: 120_000 });
  const clouds = page.getByRole('img', { name: 'generated points of the plane' });
  await expect(clouds).toHaveCount(2);
  expect((await clouds.first().locator('path').getAttribute('d'))?.split('M').slice(1)).toHaveLength(256);
  await expectAccessible(page);
});
