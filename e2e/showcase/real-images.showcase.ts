// Two Chromium tabs and one Firefox on WebGPU, two Node devices; MNIST on three of them, Fashion-MNIST on two.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { launchBrowser } from '../support/browsers.ts';
import { CoordinatorProcess, DeviceProcess } from '../support/coordinator.ts';

/** A folder with mnist/ and fashion-mnist/ in IDX form. */
const data = process.env.DATA ?? '';
const out = process.env.OUT ?? 'test-results/showcase';
const rounds = Number(process.env.ROUNDS ?? 20);
const idx = (set: string) =>
  ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'].map((file) => join(data, set, file));

async function joinWith(page: Page, what: { url: string; name: string; set: string }): Promise<void> {
  await page.goto(`${what.url}?engine=webgpu`); // a software adapter may be slower than wasm
  await page.locator('input[type=file]:not([webkitdirectory])').setInputFiles(idx(what.set));
  await expect(page.getByText('60,000 images from your files')).toBeVisible({ timeout: 120_000 });
  const name = page.getByLabel('Name on the host’s screen');
  await name.press('ControlOrMeta+a');
  await name.pressSequentially(what.name); // Firefox does not take a name that is filled in at once
  const start = page.getByRole('button', { name: 'Start training' });
  await expect(start).toBeEnabled({ timeout: 180_000 });
  await start.click();
  console.log(`${what.name} takes part`);
}

/** The run's phase; prints how far it is. */
async function progress(coordinator: CoordinatorProcess): Promise<string> {
  const { phase, round, step, stepTime, elapsedSeconds, devices } = await coordinator.view();
  const each = stepTime ? `, ${stepTime.total.toFixed(2)} s a step` : '';
  const groups = devices.map(({ name, cluster }) => `${name} ${cluster ?? '-'}`).join(', ');
  console.log(
    `${elapsedSeconds.toFixed(0)} s: ${phase}, round ${round}, step ${step}${each}; groups: ${groups}`,
  );
  return phase;
}

test('real images of two domains fall into two groups', async () => {
  const coordinator = await CoordinatorProcess.start({
    run: {
      id: 'digits-and-garments',
      title: 'Digits and garments',
      sentence: 'Three devices bring handwritten digits, two bring garments.',
      width: Number(process.env.WIDTH ?? 0.125),
      batch: Number(process.env.BATCH ?? 8),
      zDim: 100,
      stepsPerRound: 50,
      rounds,
      minimumDevices: 5,
      learningRate: Number(process.env.RATE ?? 5e-4),
      deepestCut: Number(process.env.DEEPEST ?? 8),
    },
  });
  const closing: (() => Promise<unknown>)[] = [() => coordinator.stop()];
  try {
    const open = async (browser: Browser) =>
      (await browser.newContext({ viewport: { width: 1600, height: 1000 } })).newPage();
    const chromium = await launchBrowser('chromium-webgpu');
    const firefox = await launchBrowser('firefox-webgpu');
    closing.push(
      () => chromium.close(),
      () => firefox.close(),
    );
    const { url } = coordinator;
    const tab = await open(chromium);
    await joinWith(tab, { url, name: 'Chromium tab 1', set: 'mnist' });
    await joinWith(await open(chromium), { url, name: 'Chromium tab 2', set: 'fashion-mnist' });
    await joinWith(await open(firefox), { url, name: 'Firefox', set: 'mnist' });
    for (const [name, set] of [
      ['Node 1', 'mnist'],
      ['Node 2', 'fashion-mnist'],
    ] as const) {
      const state = join(coordinator.folder, name);
      const device = await DeviceProcess.start(url, [
        ...['--data', join(data, set), '--name', name, '--state', state],
      ]);
      closing.push(() => device.stop());
    }
    const host = await open(chromium);
    await host.goto(coordinator.hostLink);
    await host.getByRole('button', { name: 'Start the run' }).click();
    await expect
      .poll(() => progress(coordinator), { timeout: 7_000_000, intervals: [10_000] })
      .toBe('finished');

    const view = await coordinator.view();
    await mkdir(out, { recursive: true });
    await writeFile(join(out, 'view.json'), JSON.stringify(view, null, 2));
    for (let round = 0; round <= rounds; round++) {
      const samples = await (await fetch(new URL(`api/samples/${round}`, url))).text();
      await writeFile(join(out, `samples-${round}.json`), samples);
    }
    await host.screenshot({ path: join(out, 'run-page.png'), fullPage: true });
    await tab.screenshot({ path: join(out, 'volunteer-page.png'), fullPage: true });

    const browsers = view.devices.filter(({ kind }) => kind === 'browser'); // Node devices leave when a run is finished
    expect(browsers.map(({ backend }) => backend)).toEqual(['webgpu', 'webgpu', 'webgpu']);
    const group = (name: string) =>
      view.groups.at(-1)?.of[Object.entries(view.names).find(([, own]) => own === name)?.[0] ?? ''];
    expect([group('Firefox'), group('Node 1')]).toEqual([group('Chromium tab 1'), group('Chromium tab 1')]);
    expect(group('Node 2')).toBe(group('Chromium tab 2'));
    expect(group('Node 2')).not.toBe(group('Node 1'));
  } finally {
    for (const close of closing.reverse()) await close();
  }
});
