// Three tiers as people see them: a cloud and two edges as processes, a Node device, and a volunteer's page.
import { expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { CoordinatorProcess, DeviceProcess } from './support/coordinator.ts';
import { takePart } from './support/volunteer.ts';

const RUN = {
  ...{ title: 'Two communities', strategy: 'fr-sync', communities: ['North', 'South'], mergeSeconds: 5 },
  ...{ zDim: 8, batch: 4, stepsPerRound: 2, rounds: 100_000, minimumDevices: 1 },
};
const ENGINE = ['--engine', 'wasm'];

let cloud: CoordinatorProcess;
let edges: Readonly<Record<'North' | 'South', CoordinatorProcess>>;
let device: DeviceProcess;

test.beforeAll(async () => {
  cloud = await CoordinatorProcess.start({ run: RUN, flags: ['--tier', 'cloud', ...ENGINE] });
  const edge = (community: string) =>
    CoordinatorProcess.start({ edgeOf: { cloud: cloud.url, community }, flags: ['--start', ...ENGINE] });
  const [North, South] = await Promise.all([edge('North'), edge('South')]);
  edges = { North, South };
  const flags = ['--community', 'South', '--drawn', 'marker', '--limit', '64', '--name', 'node', ...ENGINE];
  device = await DeviceProcess.start(cloud.url, [...flags, '--state', `${cloud.folder}/node`]);
});

test.afterAll(async () => {
  await device.stop();
  await Promise.all([edges.North.stop(), edges.South.stop(), cloud.stop()]);
});

/** A community's place in the tree. */
function cardOf(page: Page, community: string) {
  const heading = page.getByRole('heading', { name: community, exact: true });
  return page.getByRole('region', { name: 'Cloud, edges and devices' }).locator('li', { has: heading });
}

/** Both kinds of samples, by their headings. */
async function expectBothKinds(page: Page, community: string): Promise<void> {
  for (const name of [`Community ${community}`, 'All communities together'])
    await expect(page.getByRole('heading', { name })).toBeVisible({ timeout: 240_000 });
}

test('E2E-10: a volunteer chooses a community and sees it; the cloud shows the tree and follows an edge that dies', async ({
  page,
  context,
}) => {
  await page.goto(cloud.url);
  await expect(page.getByRole('link', { name: 'Join South' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Join North' }).click();
  await expect(page.getByText('You are in the community North.')).toBeVisible();
  expect(new URL(page.url()).port).toBe(new URL(edges.North.url).port);
  await takePart(page, { url: page.url(), name: 'volunteer', domain: 'Pen' });

  const host = await context.newPage();
  await host.goto(new URL('run', cloud.url).href);
  await expect(cardOf(host, 'North').getByText('volunteer')).toBeVisible({ timeout: 120_000 });
  await expect(cardOf(host, 'South').getByText('node')).toBeVisible();
  await expect(host.getByText(/version \d+ of the global model/)).toBeVisible({ timeout: 120_000 });
  await expectBothKinds(host, 'North');
  await expectAccessible(host);
  await expectBothKinds(page, 'North');
  await expectAccessible(page);
  const { devices } = await edges.North.view();
  expect(devices.map(({ name, kind, backend }) => ({ name, kind, backend }))).toEqual([
    { name: 'volunteer', kind: 'browser', backend: 'wasm' },
  ]);
  const edge = await context.newPage();
  await edge.goto(new URL('run', edges.North.url).href);
  await expect(cardOf(edge, 'North').getByText('this edge')).toBeVisible();
  await expectBothKinds(edge, 'North');
  await expectAccessible(edge);

  await edges.South.kill();
  await expect(cardOf(host, 'South').getByText('edge is away')).toBeVisible();
  await expect(cardOf(host, 'South').getByText('1 device when it was last heard')).toBeVisible();
  const version = async () => (await cloud.tiers()).tree?.version ?? 0;
  const before = await version();
  await expect.poll(version, { timeout: 120_000 }).toBeGreaterThan(before);
  await expectAccessible(host);
  await edges.South.restart();
  await expect(cardOf(host, 'South').getByText('edge is away')).toBeHidden({ timeout: 60_000 });
  await expect(cardOf(host, 'South').getByText('node')).toBeVisible({ timeout: 60_000 });

  await cloud.kill();
  await expect(host.getByText(/^The cloud does not answer/)).toBeVisible({ timeout: 60_000 });
  await expect(edge.getByText(/^The cloud is out of reach/)).toBeVisible({ timeout: 60_000 });
  await expectAccessible(edge);
  await cloud.restart();
  await expect(host.getByText(/^The cloud does not answer/)).toBeHidden({ timeout: 60_000 });
  await expect(edge.getByText(/^The cloud is out of reach/)).toBeHidden({ timeout: 60_000 });
});
