// Real browsers train together against a real coordinator; each test says which engines must have run.
import { type Browser, expect, test } from '@playwright/test';
import type { DeviceView } from '@tessera/core/session';
import { launchBrowser, type BrowserName } from './support/browsers.ts';
import { CoordinatorProcess, DeviceProcess } from './support/coordinator.ts';
import { takePart } from './support/volunteer.ts';

let coordinator: CoordinatorProcess;
let closing: (() => Promise<unknown>)[] = [];

test.beforeEach(async () => {
  coordinator = await CoordinatorProcess.start();
  closing = [() => coordinator.stop()];
});

test.afterEach(async () => {
  for (const close of closing.reverse()) await close();
});

async function browser(name: BrowserName): Promise<Browser> {
  const opened = await launchBrowser(name);
  closing.push(() => opened.close());
  return opened;
}

async function nodeDevice(name: string): Promise<void> {
  const state = `${coordinator.folder}/${name}`;
  const flags = ['--drawn', 'pen', '--limit', '200', '--engine', 'wasm', '--name', name, '--state', state];
  const device = await DeviceProcess.start(coordinator.url, flags);
  closing.push(() => device.stop());
}

async function deviceNamed(name: string): Promise<DeviceView | undefined> {
  const { devices } = await coordinator.view();
  return devices.find((device) => device.name === name);
}

/** Waits until the run has committed this round (counted from 0). */
async function committed(round: number): Promise<void> {
  await expect
    .poll(async () => (await coordinator.view()).committedRound, { timeout: 240_000 })
    .toBeGreaterThanOrEqual(round);
}

test('E2E-1: Chromium on WebGPU, Firefox on WebGPU and Chromium on wasm train one model together', async () => {
  const [chromium, firefox] = [await browser('chromium-webgpu'), await browser('firefox-webgpu')];
  const { url } = coordinator;
  const open = async (opened: Browser) => (await opened.newContext()).newPage();
  await takePart(await open(chromium), {
    url: `${url}?engine=webgpu`,
    name: 'chromium-webgpu',
    domain: 'Pen',
  });
  await takePart(await open(firefox), {
    url: `${url}?engine=webgpu`,
    name: 'firefox-webgpu',
    domain: 'Marker',
  });
  await takePart(await open(chromium), { url: `${url}?engine=wasm`, name: 'chromium-wasm', domain: 'Pen' });
  // Training on software WebGPU leaves no processor for a page that still starts.
  await expect.poll(async () => (await coordinator.view()).here, { timeout: 240_000 }).toBe(3);
  await coordinator.command('start');

  // Devices are numbered in the order in which they joined.
  const joined = async () => (await coordinator.view()).devices.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const groups = async () => (await joined()).map((device) => device.cluster);
  await expect.poll(groups, { timeout: 300_000 }).not.toContain(undefined);
  expect((await joined()).map((device) => device.backend)).toEqual(['webgpu', 'webgpu', 'wasm']);
});

test('E2E-2: a tab closed in mid-step does not stop the run', async () => {
  await coordinator.command('start');
  await nodeDevice('one');
  await nodeDevice('two');
  const chromium = await browser('chromium-wasm');
  const page = await (await chromium.newContext()).newPage();
  await takePart(page, { url: `${coordinator.url}?engine=wasm`, name: 'closing', domain: 'Pen' });
  await expect
    .poll(async () => (await deviceNamed('closing'))?.standing, { timeout: 120_000, intervals: [50] })
    .toBe('training');
  await page.close();
  const { committedRound } = await coordinator.view();
  await committed(committedRound + 2);
  await expect.poll(async () => (await deviceNamed('closing'))?.connected ?? false).toBe(false);
});

test('E2E-3: a reloaded page rejoins as the same device', async () => {
  await coordinator.command('start');
  await nodeDevice('one');
  await nodeDevice('two');
  const chromium = await browser('chromium-wasm');
  const page = await (await chromium.newContext()).newPage();
  await takePart(page, { url: `${coordinator.url}?engine=wasm`, name: 'reloading', domain: 'Pen' });
  await expect
    .poll(async () => (await deviceNamed('reloading'))?.cluster, { timeout: 120_000 })
    .toBeDefined();
  const before = await deviceNamed('reloading');

  await page.reload();
  await expect.poll(async () => (await deviceNamed('reloading'))?.connected, { timeout: 60_000 }).toBe(false);
  await takePart(page, { url: `${coordinator.url}?engine=wasm`, name: 'reloading', domain: 'Pen' });
  await expect
    .poll(async () => (await deviceNamed('reloading'))?.standing, { timeout: 120_000, intervals: [50] })
    .toBe('training');
  expect((await deviceNamed('reloading'))?.id).toBe(before?.id);
  const { devices } = await coordinator.view();
  expect(devices.filter((device) => device.name === 'reloading')).toHaveLength(1);
});

test('E2E-4: a killed coordinator goes on from its last commit, and the devices come back by themselves', async () => {
  await coordinator.command('start');
  await nodeDevice('node');
  const chromium = await browser('chromium-wasm');
  const page = await (await chromium.newContext()).newPage();
  await takePart(page, { url: `${coordinator.url}?engine=wasm`, name: 'browser', domain: 'Marker' });
  await committed(0);
  await coordinator.kill();
  await expect(page.getByText(/The connection is lost/).first()).toBeVisible({ timeout: 60_000 });
  await coordinator.restart();

  const { committedRound } = await coordinator.view();
  expect(committedRound).toBeGreaterThanOrEqual(0);
  await committed(committedRound + 2);
  const connected = async () => [
    (await deviceNamed('node'))?.connected,
    (await deviceNamed('browser'))?.connected,
  ];
  // Each comes back by a waiting time of its own, and the run does not wait for them.
  await expect.poll(connected, { timeout: 60_000 }).toEqual([true, true]);
  expect((await deviceNamed('browser'))?.backend).toBe('wasm');
});
