// The built program as people run it in three tiers: an edge and the cloud killed without warning, and started again.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TiersView } from '@tessera/core/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** Seven starts of processes, on a machine that does other things as well. */
const LIMIT_MS = 240_000;

const RUN = {
  ...{ id: 'tiers', title: 'Two communities', classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] },
  ...{ strategy: 'fr-sync', communities: ['North', 'South'], mergeSeconds: 20 },
  ...{ width: 0.0625, zDim: 8, batch: 4, stepsPerRound: 4, rounds: 100_000, minimumDevices: 1 },
};

let folder: string;
let running: Process[];
beforeEach(async () => {
  running = [];
  folder = await mkdtemp(join(tmpdir(), 'tessera-tiers-'));
  await writeFile(join(folder, 'run.json'), JSON.stringify({ run: RUN }));
});
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  await rm(folder, { recursive: true, maxRetries: 10 });
});

/** One process of the program, and what it says. */
class Process {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  #text = '';
  /** What was said before is not looked at again. */
  #seen = 0;
  readonly #waiting = new Set<() => void>();

  constructor(line: readonly string[]) {
    this.child = spawn(process.execPath, [PROGRAM, ...line], {
      cwd: folder,
      env: { ...process.env, INIT_CWD: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(this);
    this.ended = new Promise((resolve) => this.child.once('exit', resolve));
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (part: string) => {
        this.#text += part;
        for (const check of this.#waiting) check();
      });
  }

  /** Resolves to the next match, after the last one that was found. */
  says(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve) => {
      const check = () => {
        const found = pattern.exec(this.#text.slice(this.#seen));
        if (!found) return;
        this.#seen += found.index + found[0].length;
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

const COMMON = ['--engine', 'wasm'];

/** Starts a tier; resolves to it and to the port that it has (again). */
async function serve(flags: readonly string[], port = '0') {
  const started = new Process([
    'serve',
    ...flags,
    '--port',
    port,
    '--host-only-local',
    '--no-open',
    ...COMMON,
  ]);
  const [, taken = ''] = await started.says(/http:\/\/localhost:(\d+)\/run#key/);
  return { process: started, port: taken, url: `http://localhost:${taken}` };
}

const serveCloud = (port?: string) =>
  serve(['--tier', 'cloud', '--config', 'run.json', '--data-dir', 'cloud'], port);

const serveEdge = (community: string, cloud: string, port?: string) =>
  serve(
    ['--tier', 'edge', '--cloud', cloud, '--community', community, '--data-dir', community, '--start'],
    port,
  );

function addDevice(community: string, url: string, state = `${community}-device`) {
  const flags = ['--drawn', 'pen', '--limit', '64', '--seed', '1', '--state', join(folder, state)];
  return new Process(['device', url, '--community', community, '--name', community, ...flags, ...COMMON]);
}

async function treeAt(url: string): Promise<NonNullable<TiersView['tree']>> {
  const { tree } = (await (await fetch(`${url}/api/tiers`)).json()) as TiersView; // of our own server
  if (!tree) throw new Error('there is no tree');
  return tree;
}

describe('three tiers as processes', { timeout: LIMIT_MS }, () => {
  it('TIERNET-50: devices reach their edges through the cloud; a killed edge and a killed cloud come back and lose nothing that was merged', async () => {
    const cloud = await serveCloud();
    const [north, south] = await Promise.all([serveEdge('North', cloud.url), serveEdge('South', cloud.url)]);
    const devices = ['North', 'South'].map((community) => addDevice(community, cloud.url));
    await cloud.process.says(/merged version=\d+ brought="?(North, South|South, North)/);
    // Before its first commit an edge knows nothing of its devices.
    await north.process.says(/committed round=\d+/);

    await north.process.kill();
    await cloud.process.says(/edge-gone community=North/);
    await cloud.process.says(/merged version=\d+ brought="?South\b/);
    const northAgain = await serveEdge('North', cloud.url, north.port);
    await northAgain.process.says(/joined .*returning=true/);
    await cloud.process.says(/edge-joined community=North/);
    const [, before] = await cloud.process.says(/merged version=(\d+) brought="?(North, South|South, North)/);

    await cloud.process.kill();
    await south.process.says(/cloud-lost/);
    const [, alone] = await south.process.says(/committed round=(\d+)/);
    await south.process.says(new RegExp(`committed round=${Number(alone) + 2}\\b`));
    const cloudAgain = await serveCloud(cloud.port);
    await cloudAgain.process.says(/edge-joined/);
    const [, after] = await cloudAgain.process.says(/merged version=(\d+) /);
    expect(Number(after)).toBeGreaterThan(Number(before));
    await south.process.says(/merged round=\d+ version=\d+/);
    await northAgain.process.says(/merged round=\d+ version=\d+/);

    const tree = await treeAt(cloudAgain.url);
    expect(tree.version).toBeGreaterThanOrEqual(Number(after));
    expect(tree.communities).toMatchObject([
      { name: 'North', present: true, news: { here: 1 } },
      { name: 'South', present: true, news: { here: 1 } },
    ]);
    const samples = await fetch(`${cloudAgain.url}/api/tiers/samples/newest`);
    expect(await samples.json()).toMatchObject({ shape: [28, 28, 1] });

    for (const { child } of [...devices, northAgain.process, south.process, cloudAgain.process])
      child.kill('SIGINT');
    expect(await northAgain.process.ended).toBe(0);
    expect(await cloudAgain.process.ended).toBe(0);
  });

  it('TIERNET-56: a second edge of a community is let in, takes the next device, and both count', async () => {
    const cloud = await serveCloud();
    const edge = (dataDir: string) =>
      serve([
        '--tier',
        'edge',
        '--cloud',
        cloud.url,
        '--community',
        'North',
        '--data-dir',
        dataDir,
        '--start',
      ]);
    const first = await edge('first');
    addDevice('North', cloud.url);
    await first.process.says(/committed round=\d+/);
    const second = await edge('second');
    await cloud.process.says(/edge-joined community=North seat=1/);
    addDevice('North', cloud.url, 'second-device');
    await second.process.says(/committed round=\d+/);
    await cloud.process.says(/brought="North, North"/);
    const [north] = (await treeAt(cloud.url)).communities;
    expect(north?.news?.here).toBe(2);
    expect(north?.edges).toMatchObject([
      { seat: 0, present: true, here: 1 },
      { seat: 1, present: true, here: 1 },
    ]);
  });

  it('TIERNET-51: an edge of an unknown community, with other settings or at a coordinator that is no cloud ends with the reason', async () => {
    const cloud = await serveCloud();
    const start = (flags: readonly string[]) =>
      new Process([
        'serve',
        '--tier',
        'edge',
        '--no-open',
        '--port',
        '0',
        '--host-only-local',
        ...flags,
        ...COMMON,
      ]);
    const unknown = start(['--cloud', cloud.url, '--community', 'East']);
    await unknown.says(/There is no community "East" in this run; its communities are North, South\./);
    expect(await unknown.ended).toBe(1);
    const other = start(['--cloud', cloud.url, '--community', 'North', '--set', 'learningRate=0.05']);
    await other.says(/learningRate \(0\.05 at the edge, 0\.0002 in the cloud\)/);
    expect(await other.ended).toBe(1);
    const edge = await serveEdge('North', cloud.url);
    const below = start(['--cloud', edge.url, '--community', 'North']);
    await below.says(/there is a coordinator, but no cloud/);
    expect(await below.ended).toBe(1);
    const device = new Process(['device', edge.url, '--community', 'South', '--drawn', 'pen', ...COMMON]);
    await device.says(/serves the community "North", not "South"/);
    expect(await device.ended).toBe(2);
    const lost = new Process(['device', cloud.url, '--community', 'South', '--drawn', 'pen', ...COMMON]);
    await lost.says(/The community "South" has no edge at this moment/);
    expect(await lost.ended).toBe(1);
  });
});
