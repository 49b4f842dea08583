import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../cli/index.ts';
import { downloadFile } from '../domains/fetch/download-file.ts';
import { type FolderCheck, getSet, KNOWN_SETS, type KnownSet } from '../domains/index.ts';
import { npy, npz, tarGz } from '../domains/testing/published-files.ts';
import { writeIdxImages, writeIdxLabels } from '../report/idx-files.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { dataCommand } from './data.ts';

let root: string;
let server: Server;
let base: string;
/** What the server has by path, and what it was asked for. */
let served: Map<string, Uint8Array | 'nothing' | 'cut short'>;
let asked: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tessera-data-'));
  served = new Map();
  asked = [];
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const content = served.get(path);
    if (content === undefined) return void response.writeHead(404).end();
    if (content === 'nothing') return;
    if (content === 'cut short') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
      return;
    }
    response.writeHead(200, { 'content-length': String(content.length) }).end(content);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  await rm(root, { recursive: true });
});

async function data(...line: string[]) {
  const { io, out, err } = recordingIo(root);
  const exitCode = await runCli([dataCommand], ['data', ...line], io);
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

/** A set that is published on the test's server. */
function publishedSet(
  files: Readonly<Record<string, Uint8Array>>,
  changes: Partial<KnownSet> = {},
): KnownSet {
  const [blood] = KNOWN_SETS.filter(({ name }) => name === 'bloodmnist');
  if (!blood) throw new Error('BloodMNIST is a known set');
  for (const [name, content] of Object.entries(files)) served.set(`/${name}`, content);
  return {
    ...blood,
    files: Object.entries(files).map(([name, content]) => ({
      name,
      url: `${base}/${name}`,
      md5: md5(content),
    })),
    ...changes,
  };
}

function bloodArchive(): Uint8Array {
  const images = npy([24, 28, 28, 3], new Uint8Array(24 * 2352).fill(7));
  const labels = npy(
    [24, 1],
    Uint8Array.from({ length: 24 }, (_, i) => i % 8),
  );
  return npz({ train_images: images, train_labels: labels, test_images: images, test_labels: labels });
}

function getting(lines: string[] = [], signal = new AbortController().signal) {
  return { out: root, signal, print: (line: string) => void lines.push(line) };
}

async function makeMnist(folder: string): Promise<void> {
  await mkdir(join(root, folder), { recursive: true });
  for (const prefix of ['train', 't10k']) {
    await writeIdxImages(
      join(root, folder, `${prefix}-images-idx3-ubyte`),
      new Uint8Array(30 * 784),
      [30, 28, 28],
    );
    const labels = Uint8Array.from({ length: 30 }, (_, i) => i % 10);
    await writeIdxLabels(join(root, folder, `${prefix}-labels-idx1-ubyte`), labels);
  }
}

describe('tessera data', () => {
  test('CLI-50: lists every set with size, licence, home and whether it is there', async () => {
    await makeMnist('mnist');
    await mkdir(join(root, 'kmnist'));
    await writeFile(join(root, 'kmnist/train-images-idx3-ubyte.gz'), 'x');
    const { exitCode, out } = await data('--data', '.');
    expect(exitCode).toBe(0);
    for (const { name, title, home } of KNOWN_SETS)
      for (const word of [name, title, home]) expect(out).toContain(word);
    expect(out).toMatch(/^mnist .* yes$/m);
    expect(out).toMatch(/^kmnist .* partly$/m);
    expect(out).toMatch(/^svhn .* no$/m);
    const listed = JSON.parse((await data('list', '--json')).out) as KnownSet[];
    expect(listed.map(({ name }) => name)).toEqual(KNOWN_SETS.map(({ name }) => name));
    expect((await data('--help')).out).toContain('get fashion-mnist --out');
  });

  test('CLI-51: check counts images and classes, and ends with 1 where something is unusable', async () => {
    await makeMnist('mnist');
    await makeMnist('mine');
    await mkdir(join(root, 'papers'));
    const good = await data('check', '.');
    expect([good.exitCode, good.out.match(/28x28x1/g)?.length]).toEqual([0, 2]);
    expect(good.out).toContain('MNIST here has 30 training images, the original has 60,000.');
    const [checked] = JSON.parse((await data('check', 'mine', '--json')).out) as FolderCheck[];
    expect(checked).toMatchObject({ usable: true, train: 30, test: 30, perClass: [3, 3] });
    await rm(join(root, 'mnist/t10k-labels-idx1-ubyte'));
    const bad = await data('check', '.');
    expect(bad.exitCode).toBe(1);
    expect(bad.out).toMatch(/unusable[^]*t10k-labels-idx1-ubyte \(or \.gz\) is missing/);
    expect((await data('check', 'gone')).err).toMatch(/There is no folder .*gone/);
  });

  test('CLI-52: convert makes a folder of IDX files and says what is in it', async () => {
    await writeFile(join(root, 'bloodmnist.npz'), bloodArchive());
    const { exitCode, out, err } = await data('convert', 'bloodmnist.npz', '--out', 'sets');
    expect([exitCode, err]).toEqual([0, expect.stringContaining('validation part is not used')]);
    expect(out).toMatch(/sets\/bloodmnist +24 +24 +28x28x3 +8 +3 to 3/);
  });

  test('CLI-53: get fetches from a mirror what the publisher names no sum of, and prints its SHA-256', async () => {
    const archive = tarGz({ 'a.txt': new Uint8Array(3) });
    served.set('/notMNIST_small.tar.gz', archive);
    const { exitCode, err } = await data('get', 'notmnist', '--out', '.', '--mirror', `${base}/`);
    expect(err).toContain(createHash('sha256').update(archive).digest('hex'));
    // The made-up archive holds no letters.
    expect([exitCode, err]).toEqual([1, expect.stringContaining("nor notMNIST's pictures")]);
  });

  test.each([
    [['fetch'], /data knows the words list, get, convert, check, not "fetch"/],
    [['get'], /takes the name of one set: mnist/],
    [['get', 'minst', '--out', '.'], /no set "minst"\. Did you mean mnist\?/],
    [['get', 'mnist'], /needs --out DIR/],
    [['convert'], /takes the files to convert/],
    [['check'], /takes one folder/],
    [['list', 'all'], /takes no word/],
  ])('CLI-54: %j is refused with exit code 2', async (line, message) => {
    const { exitCode, err } = await data(...line);
    expect([exitCode, err]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('fetching a set', () => {
  test('GET-6: downloads, checks the sum, converts; a second time nothing is downloaded', async () => {
    const set = publishedSet({ 'bloodmnist.npz': bloodArchive() });
    const lines: string[] = [];
    const folder = await getSet(set, getting(lines));
    expect((await readdir(folder)).sort()).toContain('train-images-idx4-ubyte.gz');
    expect(lines.join('\n')).toContain("its MD5 is the publisher's");
    await getSet(set, getting(lines));
    expect(asked).toEqual(['/bloodmnist.npz']);
    expect(lines.join('\n')).toContain('is there already');
  });

  test('GET-7: of several files, those that are whole are kept when another fails, and the next try goes on', async () => {
    const set = publishedSet(
      { 'train-a.gz': Uint8Array.of(1), 'train-b.gz': Uint8Array.of(2) },
      { form: 'idx' },
    );
    served.set('/train-b.gz', 'cut short');
    await expect(getSet(set, getting())).rejects.toThrow(
      /train-b\.gz could not be fetched \(.+\)\. Fetch it elsewhere, put it at .*train-b/,
    );
    expect(await readdir(join(root, 'bloodmnist'))).toEqual(['train-a.gz']);
    served.set('/train-b.gz', Uint8Array.of(2));
    await getSet(set, getting());
    expect(asked).toEqual(['/train-a.gz', '/train-b.gz', '/train-b.gz']);
  });

  test('GET-8: another sum than that of the publisher is refused, and nothing is kept', async () => {
    const set = publishedSet({ 'bloodmnist.npz': bloodArchive() });
    served.set('/bloodmnist.npz', Uint8Array.of(9));
    await expect(getSet(set, getting())).rejects.toThrow(new RegExp(`MD5 ${md5(Uint8Array.of(9))}`));
    expect(await readdir(join(root, 'bloodmnist/original'))).toEqual([]);
    await writeFile(join(root, 'bloodmnist/original/bloodmnist.npz'), 'mine');
    await expect(getSet(set, getting())).rejects.toThrow(/is there already, and is not the publisher's file/);
  });

  test('GET-9: a missing file, a silent server, a closed port and Ctrl-C end a download in words', async () => {
    const fetchIt = (path: string, changes: Partial<Parameters<typeof downloadFile>[0]> = {}) =>
      downloadFile({
        url: `${base}${path}`,
        path: join(root, 'file'),
        signal: new AbortController().signal,
        onProgress: () => undefined,
        ...changes,
      });
    await expect(fetchIt('/gone')).rejects.toThrow(/answered 404 Not Found/);
    served.set('/silent', 'nothing');
    await expect(fetchIt('/silent', { silenceMs: 50 })).rejects.toThrow(/nothing came for/);
    await expect(fetchIt('', { url: 'http://127.0.0.1:1/x' })).rejects.toThrow(/could not be fetched \(.+\)/);
    const interruption = new AbortController();
    const stopped = fetchIt('/silent', { signal: interruption.signal });
    interruption.abort();
    await expect(stopped).rejects.toThrow(/Interrupted; complete files are kept/);
    expect(await readdir(root)).toEqual([]);
  });
});
