// A headless device from its start to its end: engine, images, memory, and core's own loop between them.
import { systemClock } from '@tessera/core/clock';
import { BatchSource, type ImageSet } from '@tessera/core/data';
import { DeviceLoop, type DevicePorts, type DeviceStatus, type PowerSetting } from '@tessera/core/device';
import { Random } from '@tessera/core/random';
import type { Trust } from '../transport/index.ts';
import { connectToCoordinator } from '../transport/index.ts';
import { FolderStorage } from './folder-storage.ts';

export interface HeadlessDevice {
  /** Where to join, asked at each connection: a cloud may send the device elsewhere. */
  readonly where: () => Promise<{ readonly url: URL; readonly trust: Trust }>;
  readonly runId: string;
  readonly name: string;
  readonly joinCode?: string | undefined;
  readonly engine: DevicePorts['engine'];
  readonly images: ImageSet;
  readonly stateFolder: string;
  readonly power: PowerSetting;
  readonly seed: number;
  readonly onStatus: (status: DeviceStatus) => void;
  /** Leaves the run when aborted. */
  readonly interrupted: AbortSignal;
}

/** How a device ended. */
export type DeviceEnd = 'left' | 'finished' | 'refused';

/** Trains until the run is finished, the device is refused for good, or it is told to leave. */
export async function runDevice(device: HeadlessDevice): Promise<DeviceEnd> {
  const { runId, name, joinCode, seed } = device;
  return new Promise((resolve) => {
    const loop = new DeviceLoop(
      { runId, name, kind: 'node', ...(joinCode === undefined ? {} : { joinCode }) },
      {
        connect: async () => {
          const { url, trust } = await device.where();
          return connectToCoordinator(url, { trust });
        },
        clock: systemClock,
        random: new Random(`${seed}/training`),
        engine: device.engine,
        images: new BatchSource(device.images, new Random(`${seed}/batches`)),
        storage: new FolderStorage(device.stateFolder),
        onStatus: (status) => {
          device.onStatus(status);
          const end = endOf(status);
          if (end === 'finished') loop.leave();
          if (end) resolve(end);
        },
        onSamples: () => undefined,
      },
    );
    loop.power = device.power;
    device.interrupted.addEventListener('abort', () => {
      loop.leave();
    });
    if (device.interrupted.aborted) resolve('left');
    else void loop.start();
  });
}

function endOf({ current }: DeviceStatus): DeviceEnd | undefined {
  if (current.state === 'left' || current.state === 'refused') return current.state;
  return current.state === 'standing' && current.standing.standing === 'finished' ? 'finished' : undefined;
}
