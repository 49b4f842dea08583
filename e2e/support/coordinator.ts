// A coordinator as a process of its own, started as a host would start it and killed as a power cut would.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TiersView } from '@tessera/core/protocol';
import type { RunView } from '@tessera/core/session';

const program = join(import.meta.dirname, '..', '..', 'apps', 'coordinator', 'dist', 'main.js');

/** The longest that a coordinator or a device may take to print its first lines. */
const START_LIMIT_MS = 120_000;

/** Settings of a run that a browser on software WebGPU can bear: the narrowest networks, short rounds. */
export const SMALL_RUN = {
  id: 'small',
  title: 'Digits by many hands',
  sentence: 'A small run for tests.',
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  width: 0.0625,
  zDim: 16,
  batch: 8,
  stepsPerRound: 4,
  rounds: 1000,
  minimumDevices: 2,
};

export interface CoordinatorOptions {
  readonly run?: Readonly<Record<string, unknown>>;
  readonly flags?: readonly string[];
  /** An edge takes its settings from its cloud, and has none of its own. */
  readonly edgeOf?: { readonly cloud: string; readonly community: string };
}

/** One run's coordinator; its folder and port stay the same over a kill and a restart. */
export class CoordinatorProcess {
  readonly #folder: string;
  readonly #flags: readonly string[];
  #child: ChildProcess | undefined;
  #port = 0;
  #hostLink = '';
  /** Everything that it printed, for a failed test's message. */
  output = '';

  static async start({ run = {}, flags = [], edgeOf }: CoordinatorOptions = {}): Promise<CoordinatorProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'tessera-e2e-'));
    const file = join(folder, 'run.json');
    await writeFile(file, JSON.stringify({ run: { ...SMALL_RUN, ...run } }));
    const settings = edgeOf
      ? ['--tier', 'edge', '--cloud', edgeOf.cloud, '--community', edgeOf.community]
      : ['--config', file];
    const coordinator = new CoordinatorProcess(folder, [...settings, ...flags]);
    await coordinator.restart();
    return coordinator;
  }

  private constructor(folder: string, flags: readonly string[]) {
    this.#folder = folder;
    this.#flags = flags;
  }

  /** http://localhost:PORT/ */
  get url(): string {
    return `http://localhost:${this.#port}/`;
  }

  /** The host's own link, with the key in its fragment. */
  get hostLink(): string {
    return this.#hostLink;
  }

  /** A folder that goes with the coordinator. */
  get folder(): string {
    return this.#folder;
  }

  /** Starts it (again), on the port that it had. */
  async restart(): Promise<void> {
    const folder = this.#folder;
    const child = spawn(
      process.execPath,
      [
        ...[program, 'serve', '--data-dir', join(folder, 'data')],
        ...['--port', String(this.#port), '--host-only-local', '--no-open', ...this.#flags],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#child = child;
    const link = await printed(child, /http:\/\/localhost:(\d+)\/run#key=\S+/, (text) => {
      this.output += text;
    });
    this.#hostLink = link[0];
    this.#port = Number(link[1]);
  }

  /** As a power cut: nothing is said and nothing is written any more. */
  async kill(): Promise<void> {
    await end(this.#child, 'SIGKILL');
  }

  /** Ends it as Ctrl-C does, and removes its folder. */
  async stop(): Promise<void> {
    await end(this.#child, 'SIGINT');
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Presses one of the host's buttons. */
  async command(command: 'start' | 'pause' | 'stop'): Promise<void> {
    const { origin, hash } = new URL(this.#hostLink);
    const headers = { origin, 'content-type': 'application/json' };
    const key = hash.slice('#key='.length);
    const login = await fetch(new URL('api/host', this.url), {
      method: 'POST',
      headers,
      body: JSON.stringify({ key }),
    });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const pressed = await fetch(new URL(`api/run/${command}`, this.url), {
      method: 'POST',
      headers: { ...headers, cookie },
    });
    if (!pressed.ok) throw new Error(`${command} was refused: ${await pressed.text()}`);
  }

  /** Of a cloud or an edge: the tree of the tiers. */
  async tiers(): Promise<TiersView> {
    const response = await fetch(new URL('api/tiers', this.url));
    return (await response.json()) as TiersView; // of the program under test, as above
  }

  async view(): Promise<RunView> {
    const response = await fetch(new URL('api/view', this.url));
    return (await response.json()) as RunView; // The coordinator's own schema, as the pages trust it too.
  }
}

/** A headless device as a process of its own. */
export class DeviceProcess {
  readonly #child: ChildProcess;
  output = '';

  static async start(url: string, flags: readonly string[]): Promise<DeviceProcess> {
    const child = spawn(process.execPath, [program, 'device', url, ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const device = new DeviceProcess(child);
    await printed(child, /\d+ (images|points)/, (text) => {
      device.output += text;
    });
    return device;
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Stops it in mid-air, or lets it go on. */
  freeze(frozen: boolean): void {
    this.#child.kill(frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  async stop(): Promise<void> {
    this.freeze(false);
    await end(this.#child, 'SIGINT');
  }
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** Resolves when the program has printed something that fits; rejects when it ends or takes too long. */
function printed(
  child: ChildProcess,
  wanted: RegExp,
  tell: (text: string) => void,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    const limit = setTimeout(() => {
      reject(new Error(`nothing like ${String(wanted)} was printed in time:\n${text}`));
    }, START_LIMIT_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        tell(chunk.toString());
        const found = wanted.exec(text);
        if (!found) return;
        clearTimeout(limit);
        resolve(found);
      });
    }
    child.once('exit', (code) => {
      clearTimeout(limit);
      reject(new Error(`the program ended with ${String(code)}:\n${text}`));
    });
  });
}
