// What crosses the wire: every byte of a whole run between a browser and the coordinator, searched for what is private.
import { type Browser, expect, type Page, test, type Worker } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectImages, type ImageSet } from '@tessera/core/data';
import { decodeFrame, decodeFrameHeader, decodeFrameTable } from '@tessera/core/protocol';
import { Random } from '@tessera/core/random';
import { tensorNamed } from '@tessera/core/tensors';
import { type PrivateRow, RowSearch } from '@tessera/core/testing';
import { ALLOWED_KINDS, checkPackets, numbersSaid } from './audit/allowed.ts';
import { type Conversation, readConversation } from './audit/conversation.ts';
import { CLASS_COUNTS, FILE_STEM, type KnownFile, knownFiles } from './audit/known-images.ts';
import { privateRows } from './audit/private-rows.ts';
import { RecordingProxy } from './audit/recording-proxy.ts';
import { type PrivateMatter, replayDevice } from './audit/replay.ts';
import { CoordinatorProcess, DeviceProcess } from './support/coordinator.ts';

const RUN = { rounds: 2, stepsPerRound: 3, warmUpRounds: 0, minimumDevices: 2, batch: 16, zDim: 16 };
const KNOWN_REQUEST =
  /^GET \/(|assets\/[\w.-]+|favicon\.svg|api\/(run|view|samples\/\d+)|socket\.io\/\?EIO=4&transport=websocket)$/;
/** What a browser says of itself with every request, and on which of this coordinator's pages it is; no cookie. */
const KNOWN_HEADER =
  /^(host|connection|upgrade|upgrade-insecure-requests|origin|cache-control|pragma|user-agent|accept(-encoding|-language)?|if-none-match|referer|sec-(fetch|ch-ua|websocket)[\w-]*)$/;

interface Audit {
  /** The page, as the browser knows it. */
  readonly url: string;
  readonly conversation: Conversation;
  /** Addresses that the page asked for outside the recorded connections. */
  readonly elsewhere: readonly string[];
  readonly images: ImageSet;
  readonly matter: PrivateMatter;
  readonly rows: readonly PrivateRow[];
  readonly search: RowSearch;
}

let audit: Audit;

test.beforeAll(async ({ browser }) => {
  audit = await record(browser);
});

test('AUDIT-7: the recording holds a whole run, and the device, run again from its seed, sends the same', () => {
  // `record` compares the replay packet by packet; here, that there was enough to compare.
  const seen = checkPackets(audit.conversation.packets);
  const steps = audit.matter.labels.length;
  expect(steps).toBeGreaterThanOrEqual(RUN.rounds * RUN.stepsPerRound);
  expect(seen.get('up losses')).toBeGreaterThanOrEqual(RUN.rounds);
  expect(seen.get('up exchange')).toBeGreaterThanOrEqual(6 * RUN.rounds);
  expect(seen.get('up layers')).toBe(RUN.rounds);
  expect(seen.get('down committed')).toBe(RUN.rounds);
  expect(audit.matter.generated.length).toBeGreaterThanOrEqual(steps);
});

test('AUDIT-8: the page talks to its coordinator alone, and asks without saying anything', () => {
  expect(audit.elsewhere).toEqual([]);
  const asked = audit.conversation.requests.map(({ method, target }) => `${method} ${target}`);
  expect(asked).toContain('GET /api/run');
  expect(asked.filter((request) => !KNOWN_REQUEST.test(request))).toEqual([]);
  const headers = audit.conversation.requests.flatMap((request) => [...request.headers]);
  expect(headers.filter(([name]) => !KNOWN_HEADER.test(name))).toEqual([]);
  expect(new Set(headers.flatMap(([name, value]) => (name === 'referer' ? [value] : [])))).toEqual(
    new Set([audit.url]),
  );
});

test('AUDIT-9: every message, every field, every frame and every tensor is on the allow-list', () => {
  const seen = checkPackets(audit.conversation.packets);
  const everyRun = [
    'hello',
    'ping',
    'profile',
    'ready',
    'losses',
    'speed-check',
    'preview',
    'exchange',
    'layers',
  ];
  expect([...seen.keys()]).toEqual(expect.arrayContaining(everyRun.map((kind) => `up ${kind}`)));
});

test('AUDIT-9: docs/what-is-sent.md names exactly the kinds of the allow-list', async () => {
  const page = await readFile(join(import.meta.dirname, '..', 'docs', 'what-is-sent.md'), 'utf8');
  const [, up = '', down = ''] = page.split(/^## Leaves a device$|^## Comes back$/m);
  const named = (section: string) => [...section.matchAll(/^\| `([\w-]+)` *\|/gm)].map(([, kind]) => kind);
  expect(named(up).sort()).toEqual([...ALLOWED_KINDS.up].sort());
  expect(named(down).sort()).toEqual([...ALLOWED_KINDS.down].sort());
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
  const { conversation, rows, search } = audit;
  const sent = conversation.streams.find(({ what }) => what === 'messages up')?.bytes ?? new Uint8Array();
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
    await expect.poll(async () => (await coordinator.view()).phase, { timeout: 240_000 }).toBe('finished');
    await page.close();

    const conversation = readConversation(proxy.recording());
    const { set: images } = await connectImages(files.map(asNamedFile), {
      target: { imageShape: [28, 28, 1], classes: CLASS_COUNTS.map((_, k) => String(k)) },
      decode: () => Promise.reject(new Error('an IDX pair has no pictures to decode')),
      invert: 'auto',
    });
    const matter = await replayDevice({ packets: conversation.packets, images, seed });
    const search = new RowSearch();
    const rows = privateRows({ images, zDim: RUN.zDim, ...matter });
    for (const row of rows) search.add(row);
    search.addText("the files' names", FILE_STEM);
    const elsewhere = asked.filter((url) => !url.startsWith(proxy.url));
    return { url: proxy.url, conversation, elsewhere, images, matter, rows, search };
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
  await expect(start).toBeEnabled({ timeout: 240_000 });
  await start.click();
  await expect.poll(() => seedsOf(worker), { timeout: 120_000 }).toHaveLength(1);
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
