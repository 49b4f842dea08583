// What crosses the wire: every byte of a whole run between a browser and the coordinator, searched for what is private.
import { type Browser, expect, type Page, test, type Worker } from '@playwright/test';
import { connectImages, type ImageSet } from '@tessera/core/data';
import { decodeFrame, decodeFrameHeader, decodeFrameTable } from '@tessera/core/protocol';
import { Random } from '@tessera/core/random';
import { tensorNamed } from '@tessera/core/tensors';
import { RowSearch } from '@tessera/core/testing';
import { checkPackets, numbersSaid } from './audit/allowed.ts';
import { type Conversation, readConversation } from './audit/conversation.ts';
import { CLASS_COUNTS, FILE_STEM, type KnownFile, knownFiles } from './audit/known-images.ts';
import { privateRows } from './audit/private-rows.ts';
import { RecordingProxy } from './audit/recording-proxy.ts';
import { type PrivateMatter, replayDevice } from './audit/replay.ts';
import { CoordinatorProcess, DeviceProcess } from './support/coordinator.ts';

const RUN = { rounds: 2, stepsPerRound: 3, warmUpRounds: 0, minimumDevices: 2, batch: 16, zDim: 16 };
const STEPS = RUN.rounds * RUN.stepsPerRound;

interface Audit {
  readonly conversation: Conversation;
  /** Addresses that the page asked for outside the recorded connections. */
  readonly elsewhere: readonly string[];
  readonly images: ImageSet;
  readonly matter: PrivateMatter;
  readonly search: RowSearch;
}

let audit: Audit;

test.beforeAll(async ({ browser }) => {
  audit = await record(browser);
});

test('AUDIT-7: the recording holds a whole run, and a replay of the device sends the same bytes again', () => {
  // The replay is compared while it runs; here only that there was something to compare.
  const seen = checkPackets(audit.conversation.packets);
  expect(seen.get('up losses')).toBe(STEPS);
  expect(seen.get('up exchange')).toBe(6 * STEPS);
  expect(seen.get('down exchange')).toBe(6 * STEPS);
  expect(seen.get('up layers')).toBe(RUN.rounds);
  expect(audit.matter.labels.length).toBeGreaterThan(STEPS);
  expect(audit.matter.generated.length).toBeGreaterThan(STEPS);
});

test('AUDIT-8: the page talks to its coordinator alone, and asks for pages and settings without saying anything', () => {
  expect(audit.elsewhere).toEqual([]);
  const targets = audit.conversation.requests.map(({ method, target }) => `${method} ${target}`);
  const known =
    /^GET \/(|assets\/[\w.-]+|favicon\.svg|api\/(run|view|host)|socket\.io\/\?EIO=4&transport=websocket)$/;
  expect(targets.filter((target) => !known.test(target))).toEqual([]);
});

test('AUDIT-9: every message and every tensor of every frame is on the allow-list', () => {
  expect([...checkPackets(audit.conversation.packets).keys()].sort()).toEqual([
    'down assignment',
    'down committed',
    'down exchange',
    'down federate',
    'down layers',
    'down preview',
    'down speed-check',
    'down standing',
    'down step',
    'down welcome',
    'up exchange',
    'up hello',
    'up layers',
    'up losses',
    'up ping',
    'up preview',
    'up profile',
    'up ready',
    'up speed-check',
  ]);
});

test('AUDIT-10: no byte of either direction is part of an image, of labels, of noise or of a generated image', () => {
  const { conversation, search } = audit;
  expect(search.patterns).toBeGreaterThan(100_000);
  for (const { what, bytes } of conversation.streams)
    expect({ what, findings: search.find(bytes) }).toEqual({ what, findings: [] });
  for (const { direction, packet } of conversation.packets)
    if (packet.kind === 'frame')
      expect({ direction, findings: search.findInFrame(packet.bytes) }).toEqual({ direction, findings: [] });
});

test('AUDIT-11: the search would have found them: in a copy of the recording, planted rows are found', () => {
  const { conversation, search } = audit;
  const sent = conversation.streams.find(({ what }) => what === 'messages up')?.bytes ?? new Uint8Array();
  const rows = privateRows({ images: audit.images, zDim: RUN.zDim, ...audit.matter });
  for (const kind of ['image', 'labels of batch', 'one-hot labels', 'noise', 'generated image']) {
    const row = rows.find(({ what }) => what.startsWith(kind));
    const copy = Uint8Array.from(sent);
    copy.set(new Uint8Array(Float32Array.from(row?.values ?? []).buffer), copy.length >>> 1);
    expect(search.find(copy)[0]?.what).toContain(`${row?.what ?? ''}: numbers`);
  }
});

test('AUDIT-11: what is sent of the images, activations, is found in the recording as sixteen-bit numbers', () => {
  const { packets, streams } = audit.conversation;
  const first = packets.flatMap(({ direction, packet }) =>
    direction === 'up' && packet.kind === 'frame' ? [packet.bytes] : [],
  );
  const frame = first.find((bytes) => decodeFrameHeader(bytes).kind === 'exchange') ?? new Uint8Array();
  const activations = tensorNamed(decodeFrame(frame, decodeFrameTable(frame)).tensors, 'discriminator').data;
  const search = new RowSearch();
  search.add({ what: 'activations', kind: 'plain', values: activations });
  const found = streams.filter(({ bytes }) => search.find(bytes).length > 0).map(({ what }) => what);
  expect(found).toContain('messages up');
});

test('AUDIT-12: no message counts the images of a class, and no byte names a file', () => {
  const counted = numbersSaid(audit.conversation.packets);
  expect(counted).toContain(audit.images.labels.length);
  expect(counted.filter((number) => CLASS_COUNTS.includes(number))).toEqual([]);
});

/** Runs everything once: coordinator, proxy, a headless device and the browser; then replays the browser's part. */
async function record(browser: Browser): Promise<Audit> {
  const files = knownFiles(new Random('the images of the audit'));
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const coordinator = await CoordinatorProcess.start({ run: RUN, flags: ['--start', '--engine', 'wasm'] });
    closing.push(() => coordinator.stop());
    const proxy = await RecordingProxy.start(Number(new URL(coordinator.url).port));
    closing.push(() => proxy.stop());
    const state = `${coordinator.folder}/node`;
    const flags = [
      '--drawn',
      'pen',
      '--limit',
      '100',
      '--engine',
      'wasm',
      '--name',
      'node',
      '--state',
      state,
    ];
    const device = await DeviceProcess.start(coordinator.url, flags);
    closing.push(() => device.stop());

    const context = await browser.newContext();
    closing.push(() => context.close());
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const seed = await takePart(page, proxy.url, files);
    await expect.poll(async () => (await coordinator.view()).phase, { timeout: 120_000 }).toBe('finished');
    await page.close();

    const conversation = readConversation(proxy.recording());
    const { set: images } = await connectImages(files.map(asNamedFile), {
      target: { imageShape: [28, 28, 1], classes: CLASS_COUNTS.map((_, k) => String(k)) },
      decode: () => Promise.reject(new Error('an IDX pair has no pictures to decode')),
      invert: 'auto',
    });
    const matter = await replayDevice({ packets: conversation.packets, images, seed });
    const search = new RowSearch();
    for (const row of privateRows({ images, zDim: RUN.zDim, ...matter })) search.add(row);
    search.addText("the files' names", FILE_STEM);
    const elsewhere = asked.filter((url) => !url.startsWith(proxy.url));
    return { conversation, elsewhere, images, matter, search };
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** Connects the files and starts training; resolves to the seed that the Worker drew for its batches and noise. */
async function takePart(page: Page, url: string, files: readonly KnownFile[]): Promise<string> {
  const started = page.waitForEvent('worker');
  await page.goto(url);
  const worker = await started;
  await worker.evaluate(keepSeeds);
  const chosen = files.map(({ name, bytes }) => ({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(bytes),
  }));
  await page.locator('input[type=file]').first().setInputFiles(chosen);
  const start = page.getByRole('button', { name: 'Start training' });
  await expect(start).toBeEnabled({ timeout: 60_000 });
  await start.click();
  await expect.poll(() => seedsOf(worker), { timeout: 60_000 }).toHaveLength(1);
  return (await seedsOf(worker))[0] ?? '';
}

/** Runs in the Worker: writes down the four numbers that its device's chance starts from. */
function keepSeeds(): void {
  const seeds: string[] = [];
  Object.assign(globalThis, { auditedSeeds: seeds });
  const draw = crypto.getRandomValues.bind(crypto);
  crypto.getRandomValues = (array) => {
    const drawn = draw(array);
    if (drawn instanceof Uint32Array && drawn.length === 4) seeds.push([...drawn].join(' '));
    return drawn;
  };
}

function seedsOf(worker: Worker): Promise<string[]> {
  return worker.evaluate(() => (globalThis as unknown as { auditedSeeds: string[] }).auditedSeeds);
}

function asNamedFile({ name, bytes }: KnownFile) {
  return { path: name, size: bytes.length, bytes: () => Promise.resolve(bytes) };
}
