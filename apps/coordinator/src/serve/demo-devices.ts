// The demo's three headless devices, or a lab's: child processes of this program that draw their data.
import type { ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type DrawnSource, flagsOfSource } from '../config/index.ts';
import { AGREEMENT_FLAG } from '../device/index.ts';
import { endChild, startChild } from './child-processes.ts';

const DEVICES: readonly DrawnDevice[] = [
  { name: 'Pen 1', source: { drawn: 'pen' } },
  { name: 'Pen 2', source: { drawn: 'pen' } },
  { name: 'Marker', source: { drawn: 'marker' } },
];

/** A headless device that draws its data on the spot. */
export interface DrawnDevice {
  readonly name: string;
  readonly source: DrawnSource;
}

export interface DemoOptions {
  readonly port: number;
  readonly dataDir: string;
  readonly joinCode?: string | undefined;
  readonly engine?: string | undefined;
  /** Who joins; the demo's three by default. */
  readonly devices?: readonly DrawnDevice[];
  /** Processes that share this machine's cores, the devices among them. */
  readonly processes?: number;
  /** The first device's seed. */
  readonly firstSeed?: number;
  /** Told what a device says. */
  readonly onLine: (line: string) => void;
}

/** Starts the devices; returns how to end them. */
export function startDemoDevices(options: DemoOptions): () => Promise<void> {
  const devices = options.devices ?? DEVICES;
  const children = devices.map((device, index) => startDevice(device, index, options));
  return async () => {
    await Promise.all(children.map(endChild));
  };
}

function startDevice({ name, source }: DrawnDevice, index: number, options: DemoOptions): ChildProcess {
  const { port, dataDir, joinCode, engine, firstSeed = 1, processes = DEVICES.length + 1, onLine } = options;
  // More threads than cores would only wait for each other.
  const threads = String(Math.max(1, Math.floor(availableParallelism() / processes)));
  return startChild({
    line: [
      'device',
      `http://localhost:${port}`,
      ...[...flagsOfSource(source), '--name', name, '--seed', String(index + firstSeed)],
      // What they draw is nobody's picture.
      ...['--state', join(dataDir, 'devices', String(index + 1)), `--${AGREEMENT_FLAG}`],
      ...(joinCode === undefined ? [] : ['--join-code', joinCode]),
      ...(engine === undefined ? [] : ['--engine', engine]),
    ],
    environment: { TF_NUM_INTRAOP_THREADS: threads, TF_NUM_INTEROP_THREADS: threads },
    onLine,
  });
}
