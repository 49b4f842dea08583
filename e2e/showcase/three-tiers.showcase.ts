// A cloud, three edges, Node devices and browsers on real images, to the end: an edge and the cloud are killed and
// come back, and one device becomes ten times slower. DATA=DIR OUT=DIR npx playwright test -c e2e/showcase three-tiers
import { appendFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { launchBrowser } from '../support/browsers.ts';
import { CoordinatorProcess, DeviceProcess } from '../support/coordinator.ts';
import { startSlowing } from './slow-device.ts';

/** A folder with mnist/ and fashion-mnist/ in IDX form. */
const data = process.env.DATA ?? '';
const out = process.env.OUT ?? 'test-results/three-tiers';
const number = (name: string, fallback: number) => Number(process.env[name] ?? fallback);
const rounds = number('ROUNDS', 12);
const devicesPerEdge = number('DEVICES', 4);
const browsers = number('BROWSERS', 3);
/** Seconds that what was killed stays away. */
const awaySeconds = number('AWAY', 20);

/** As in the paper: one community of digits, two of garments. */
const COMMUNITIES = [
  { name: 'Digits', set: 'mnist', browser: 'chromium-webgpu' },
  { name: 'Garments A', set: 'fashion-mnist', browser: 'chromium-webgpu' },
  { name: 'Garments B', set: 'fashion-mnist', browser: 'firefox-webgpu' },
] as const;
const RUN = {
  id: 'three-tiers',
  title: 'Digits and garments in three tiers',
  sentence: 'One community brings handwritten digits, two bring garments; none of them sends an image.',
  strategy: process.env.STRATEGY ?? 'fr-async',
  communities: COMMUNITIES.map(({ name }) => name),
  ...{ width: number('WIDTH', 0.125), batch: number('BATCH', 8), zDim: 100, learningRate: 5e-4 },
  ...{ stepsPerRound: number('STEPS', 10), rounds, minimumDevices: 1, mergeSeconds: 60 },
};

const begun = performance.now();
function tell(line: string): void {
  const said = `${((performance.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${line}`;
  console.log(said);
  appendFileSync(join(out, 'log.txt'), `${said}\n`);
}

/** Goes through the cloud's page to the edge of a community, and takes part there. */
async function joinThroughCloud(
  page: Page,
  what: { cloud: string; community: string; set: string; name: string },
) {
  await page.goto(what.cloud);
  const link = page.getByRole('link', { name: `Join ${what.community}`, exact: true });
  await link.click({ timeout: 120_000 });
  await expect(page.getByText(`You are in the community ${what.community}.`)).toBeVisible({
    timeout: 60_000,
  });
  await page.goto(`${page.url()}?engine=webgpu`); // a software adapter may be slower than wasm
  const files = ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'];
  await page
    .locator('input[type=file]:not([webkitdirectory])')
    .setInputFiles(files.map((file) => join(data, what.set, file)));
  await expect(page.getByText('10,000 images from your files')).toBeVisible({ timeout: 240_000 });
  const name = page.getByLabel('Name on the host’s screen');
  await name.press('ControlOrMeta+a');
  await name.pressSequentially(what.name); // Firefox does not take a name that is filled in at once
  const start = page.getByRole('button', { name: 'Start training' });
  await expect(start).toBeEnabled({ timeout: 400_000 });
  await start.click();
  tell(`${what.name} takes part at ${what.community}, on WebGPU`);
}

test('three tiers go on whatever dies, to the end', async () => {
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'log.txt'), '');
  const cloud = await CoordinatorProcess.start({ run: RUN, flags: ['--tier', 'cloud'] });
  const closing: (() => unknown)[] = [() => cloud.stop()];
  try {
    tell(`the cloud serves ${RUN.communities.join(', ')}: ${RUN.strategy}, ${rounds} rounds`);
    const edges = await Promise.all(
      RUN.communities.map((community) =>
        CoordinatorProcess.start({ edgeOf: { cloud: cloud.url, community } }),
      ),
    );
    for (const edge of edges) closing.push(() => edge.stop());
    const nodes = await startNodeDevices(cloud, closing);
    tell(`${nodes.length} Node devices have been sent to their edges`);
    await startBrowsers(cloud.url, closing);
    for (const edge of edges) await edge.command('start');
    tell('the hosts of all edges press Start');
    const engines = await followToTheEnd(cloud, edges, { slow: nodes[0], closing });
    await keepResults(cloud, edges);

    const inBrowsers = [...engines].filter(([name]) => name.startsWith('Browser'));
    expect(inBrowsers.map(([, backend]) => backend)).toEqual(inBrowsers.map(() => 'webgpu'));
    expect(inBrowsers).toHaveLength(browsers);
    expect(engines.size).toBe(browsers + nodes.length);
    for (const edge of edges) expect((await edge.view()).committedRound).toBe(rounds - 1);
    for (const { last } of (await cloud.tiers()).tree?.communities ?? [])
      expect(last?.round).toBeGreaterThan(0);
    tell('everything that was asked holds');
  } finally {
    for (const close of closing.reverse()) await close();
  }
});

async function startNodeDevices(cloud: CoordinatorProcess, closing: (() => unknown)[]) {
  const nodes: DeviceProcess[] = [];
  for (const { name: community, set } of COMMUNITIES) {
    for (let i = 1; i <= devicesPerEdge; i++) {
      const name = `Node ${nodes.length + 1}`;
      const device = await DeviceProcess.start(cloud.url, [
        ...['--community', community, '--data', join(data, set), '--limit', '600', '--name', name],
        ...['--engine', process.env.ENGINE ?? 'wasm', '--seed', String(nodes.length + 1)],
        ...['--state', join(cloud.folder, name)],
      ]);
      closing.push(() => device.stop());
      nodes.push(device);
    }
  }
  return nodes;
}

async function startBrowsers(cloud: string, closing: (() => unknown)[]): Promise<void> {
  const opened = new Map<string, Browser>();
  for (const [i, { name: community, set, browser }] of COMMUNITIES.slice(0, browsers).entries()) {
    const program = opened.get(browser) ?? (await launchBrowser(browser));
    if (!opened.has(browser)) closing.push(() => program.close());
    opened.set(browser, program);
    const page = await (await program.newContext({ viewport: { width: 1600, height: 1000 } })).newPage();
    const name = `Browser ${i + 1} (${browser.split('-')[0] ?? ''})`;
    await joinThroughCloud(page, { cloud, community, set, name });
    if (i === 0)
      closing.push(() => page.screenshot({ path: join(out, 'volunteer-page.png'), fullPage: true }));
  }
}

interface Following {
  readonly slow: DeviceProcess | undefined;
  readonly closing: (() => unknown)[];
}

/** Tells how far everything is, and does what is to be done on the way; resolves to the engines by device. */
async function followToTheEnd(
  cloud: CoordinatorProcess,
  edges: readonly CoordinatorProcess[],
  { slow, closing }: Following,
): Promise<ReadonlyMap<string, string>> {
  const engines = new Map<string, string>();
  const [, edge] = edges;
  const deeds: readonly (readonly [number, () => Promise<void>])[] = [
    [rounds * 0.25, () => killed('the edge of Garments A', edge)],
    [rounds * 0.5, () => killed('the cloud', cloud)],
    [
      rounds * 0.6,
      () => {
        slowed(slow, closing);
        return Promise.resolve();
      },
    ],
  ];
  let done = 0;
  for (;;) {
    const views = await Promise.all(edges.map((each) => each.view()));
    for (const { devices } of views)
      for (const { name, backend } of devices) if (backend !== undefined) engines.set(name, backend);
    const { tree } = await cloud.tiers();
    const all = views.map((view, k) => {
      const { staleness = 0 } = tree?.communities[k]?.last ?? {};
      const { weight = 0 } = tree?.communities[k] ?? {};
      const times = view.devices.map(
        ({ name, stepSeconds }) => `${name} ${stepSeconds?.toFixed(1) ?? '-'} s`,
      );
      return `${COMMUNITIES[k]?.name ?? ''}: ${view.phase}, round ${view.round}, step ${view.step}, weight ${weight.toFixed(2)}, ${staleness} behind [${times.join(', ')}]`;
    });
    tell(`cloud version ${tree?.version ?? 0}; ${all.join('; ')}`);
    if (views.every(({ phase }) => phase === 'finished')) return engines;
    const least = Math.min(...views.map(({ committedRound }) => committedRound + 1));
    const next = deeds[done];
    if (next && least >= next[0]) {
      done += 1;
      await next[1]();
    }
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  }
}

async function killed(what: string, server: CoordinatorProcess | undefined): Promise<void> {
  await server?.kill();
  tell(`${what} is killed (SIGKILL)`);
  await new Promise((resolve) => setTimeout(resolve, awaySeconds * 1_000));
  await server?.restart();
  if (what !== 'the cloud') await server?.command('start');
  tell(`${what} is started again`);
}

function slowed(device: DeviceProcess | undefined, closing: (() => unknown)[]): void {
  if (!device) return;
  closing.push(startSlowing(device, 10));
  tell('Node 1 gets a tenth of its processor time from now on');
}

/** Pictures and pages as they are at the end, and what the servers said. */
async function keepResults(cloud: CoordinatorProcess, edges: readonly CoordinatorProcess[]): Promise<void> {
  const browser = await launchBrowser('chromium-wasm');
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    await page.goto(new URL('run', cloud.url).href);
    const samples = page.getByRole('region', { name: 'What the communities draw, and all together' });
    await expect(samples.locator('canvas').first()).toBeVisible({ timeout: 60_000 });
    await samples.screenshot({ path: join(out, 'samples.png') });
    await page.screenshot({ path: join(out, 'cloud-page.png'), fullPage: true });
    for (const [k, edge] of edges.entries()) {
      await page.goto(new URL('run', edge.url).href);
      await expect(page.locator('canvas').first()).toBeVisible({ timeout: 60_000 });
      await page.screenshot({ path: join(out, `edge-${k + 1}-page.png`), fullPage: true });
      await writeFile(join(out, `edge-${k + 1}.txt`), edge.output);
      await writeFile(join(out, `edge-${k + 1}.json`), JSON.stringify(await edge.view(), null, 1));
    }
  } finally {
    await browser.close();
  }
  await writeFile(join(out, 'cloud.txt'), cloud.output);
  await writeFile(join(out, 'tiers.json'), JSON.stringify(await cloud.tiers(), null, 1));
  tell('pages, samples and logs are kept');
}
