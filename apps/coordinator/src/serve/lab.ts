// A small lab of three tiers on one machine: a cloud, its edges and their devices, each a process of its own.
import type { ChildProcess } from 'node:child_process';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { TesseraError } from '@tessera/core/protocol';
import type { DrawnSource } from '../config/index.ts';
import { writeFileAtomically } from '../store/index.ts';
import { endChild, startChild } from './child-processes.ts';
import { startDemoDevices } from './demo-devices.ts';

/** Milliseconds for a cloud or an edge to start its engine and to listen. */
const START_MS = 120_000;
/** The folder of a community's devices, before the community's number. */
const DEVICES = 'devices-';
const HOST_LINK = /http:\/\/localhost:(\d+)\/run#key=\S+/;

export interface LabOptions {
  /** The configuration that all tiers read, as JSON. */
  readonly config: unknown;
  readonly dataDir: string;
  readonly communities: readonly string[];
  /** What the devices of each community draw. */
  readonly sourceOf: (community: number) => DrawnSource;
  readonly devicesPerEdge: number;
  /** The cloud's port; 0: any. */
  readonly port: number;
  readonly engine: string | undefined;
  /** Puts what an earlier lab left in this directory aside. */
  readonly fresh: boolean;
  /** Asked of every device, and by the cloud of its edges. */
  readonly joinCode: string | undefined;
  readonly onLine: (line: string) => void;
}

/** A cloud or an edge of a lab. */
export interface LabServer {
  /** 'cloud', or the community. */
  readonly name: string;
  readonly url: string;
  readonly hostLink: string;
}

/** A lab that runs. */
export interface Lab {
  readonly servers: readonly LabServer[];
  close(): Promise<void>;
}

/** Starts the cloud, then the edges, then their devices; throws a TesseraError about one that does not start. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const { config, dataDir, communities, devicesPerEdge, sourceOf, port, engine, joinCode, onLine } = options;
  const children: ChildProcess[] = [];
  const ends: (() => Promise<void>)[] = [];
  const close = async () => {
    await Promise.all(ends.map((end) => end()));
    // Edges before their cloud: what they bring at last is still taken.
    for (const child of children.toReversed()) await endChild(child);
  };
  await mkdir(dataDir, { recursive: true });
  if (options.fresh) await putDevicesAside(dataDir, new Date());
  const configFile = join(dataDir, 'lab.json');
  await writeFileAtomically(configFile, JSON.stringify(config, undefined, 1));
  const common = [
    ...['--host-only-local', '--no-open'],
    ...(engine === undefined ? [] : ['--engine', engine]),
    ...(options.fresh ? ['--fresh'] : []),
    ...(joinCode === undefined ? [] : ['--join-code', joinCode]),
  ];
  const serve = (name: string, folder: string, flags: readonly string[]) => {
    const line = ['serve', ...flags, '--data-dir', join(dataDir, folder), ...common];
    return started(name, line, { children, onLine });
  };
  const cloudCode = joinCode === undefined ? [] : ['--cloud-code', joinCode];
  try {
    const cloud = await serve('cloud', 'cloud', [
      '--tier',
      'cloud',
      '--config',
      configFile,
      '--port',
      String(port),
    ]);
    const edges = await Promise.all(
      communities.map((name, community) =>
        serve(name, `edge-${community + 1}`, [
          ...['--tier', 'edge', '--cloud', cloud.url, '--community', name, '--port', '0', '--start'],
          ...cloudCode,
        ]),
      ),
    );
    edges.forEach(({ name, url }, community) => {
      const source = sourceOf(community);
      ends.push(
        startDemoDevices({
          port: Number(new URL(url).port),
          dataDir: join(dataDir, `${DEVICES}${community + 1}`),
          joinCode,
          engine,
          devices: Array.from({ length: devicesPerEdge }, (_, i) => ({ name: `${name} ${i + 1}`, source })),
          processes: communities.length * (devicesPerEdge + 1),
          firstSeed: 1 + community * devicesPerEdge,
          onLine,
        }),
      );
    });
    return { servers: [cloud, ...edges], close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the devices kept of the lab before: with it they would go on where they were. */
async function putDevicesAside(dataDir: string, now: Date): Promise<void> {
  const kept = (await readdir(dataDir)).filter((name) => name.startsWith(DEVICES));
  if (kept.length === 0) return;
  const aside = join(dataDir, `before-${now.toISOString().replaceAll(/[:.]/g, '-')}`);
  await mkdir(aside);
  for (const name of kept) await rename(join(dataDir, name), join(aside, name));
}

/** Starts a server and resolves when it has printed its addresses. */
function started(
  name: string,
  line: readonly string[],
  { children, onLine }: { readonly children: ChildProcess[]; readonly onLine: (line: string) => void },
): Promise<LabServer> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      reject(new TesseraError('server-error', `The lab did not start: ${name} ${why}.`));
    };
    const timer = setTimeout(() => {
      fail(`was not ready after ${START_MS / 1000} s`);
    }, START_MS);
    let last = '';
    let ready = false;
    const child = startChild({
      line,
      onLine: (said) => {
        const link = HOST_LINK.exec(said);
        if (link && !ready) {
          ready = true;
          clearTimeout(timer);
          resolve({ name, url: `http://localhost:${link[1] ?? ''}/`, hostLink: link[0] });
        }
        if (said.trim() !== '') last = said;
        // What a start prints is for a person who starts one server; a lab prints its own.
        if (ready && /^\d\d:\d\d|^\{|info|warn|error/.test(said)) onLine(`${name}: ${said}`);
      },
    });
    children.push(child);
    child.once('exit', (code) => {
      clearTimeout(timer);
      if (!ready) fail(`ended with code ${code ?? 'none'} (${last})`);
    });
  });
}
