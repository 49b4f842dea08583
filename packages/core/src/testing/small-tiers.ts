// For tests: a small simulated run in three tiers, with a store for each edge and one for the cloud.
import { runBody } from '../body/index.ts';
import { systemClock } from '../clock.ts';
import type { CloudCheckpoint, CloudStorePort } from '../cloud/index.ts';
import type { DeviceProfile } from '../cut/index.ts';
import { BatchSource, drawnImages } from '../data/index.ts';
import type { RunSettings } from '../protocol/index.ts';
import { Random } from '../random.ts';
import { MemoryDeviceStorage, SimulatedTiers, SimulatedTime } from '../simulation/index.ts';
import { MemoryStore, smallRun } from './memory-run.ts';
import { SIMULATED_COORDINATOR, SIMULATED_ENGINE, SLOW_DEVICE } from './small-simulation.ts';

/** What a test wants of its tiers; two communities of two slow devices and two local iterations a round otherwise. */
export interface SmallTiers {
  readonly settings?: Partial<RunSettings>;
  /** Of each device, by community. */
  readonly profiles?: readonly (readonly DeviceProfile[])[];
  /** Goes on with what these have kept. */
  readonly after?: Pick<OpenedTiers, 'store' | 'edgeStores' | 'storages'>;
}

/** The tiers and what belongs to them. */
export interface OpenedTiers {
  readonly tiers: SimulatedTiers;
  readonly time: SimulatedTime;
  readonly store: MemoryCloudStore;
  /** By community. */
  readonly edgeStores: readonly MemoryStore[];
  /** By the device's name. */
  readonly storages: ReadonlyMap<string, MemoryDeviceStorage>;
  readonly logged: readonly { readonly event: string; readonly community: number; readonly fields: object }[];
  readonly close: () => Promise<void>;
}

/** The cloud's store in memory. */
export class MemoryCloudStore implements CloudStorePort {
  checkpoint: CloudCheckpoint | undefined;

  load(): Promise<CloudCheckpoint | undefined> {
    return Promise.resolve(this.checkpoint);
  }

  commit(checkpoint: CloudCheckpoint): Promise<void> {
    this.checkpoint = checkpoint;
    return Promise.resolve();
  }
}

/** Opens tiers on the backend that is set; devices 'north 1', 'north 2', 'south 1', … have joined. */
export async function openTiers({
  settings: changes,
  profiles,
  after,
}: SmallTiers = {}): Promise<OpenedTiers> {
  const settings = smallRun({
    strategy: 'fr-sync',
    communities: ['north', 'south'],
    stepsPerRound: 2,
    minimumDevices: 1,
    ...changes,
  });
  const time = new SimulatedTime();
  const store = after?.store ?? new MemoryCloudStore();
  const edgeStores = after?.edgeStores ?? settings.communities.map(() => new MemoryStore());
  const storages = new Map(after?.storages);
  const logged: { event: string; community: number; fields: object }[] = [];
  const bodies = settings.communities.map((_, community) =>
    runBody({ ...settings, community }, { engine: SIMULATED_ENGINE, clock: systemClock }),
  );
  const tiers = await SimulatedTiers.open({
    settings,
    time,
    cloud: { store, log: () => undefined },
    edges: bodies.map((body, community) => ({
      body,
      coordinator: SIMULATED_COORDINATOR,
      store: edgeStores[community] ?? new MemoryStore(),
      devices: (profiles?.[community] ?? [SLOW_DEVICE, SLOW_DEVICE]).map((profile, i) => {
        const name = `${settings.communities[community] ?? ''} ${i + 1}`;
        const set = drawnImages({
          domain: community % 2 === 0 ? 'pen' : 'marker',
          count: 32,
          random: new Random(name),
        });
        const images = new BatchSource(set, new Random(`${name}/batches`));
        const storage = storages.get(name) ?? new MemoryDeviceStorage();
        storages.set(name, storage);
        return { name, profile, images, storage };
      }),
      engine: SIMULATED_ENGINE,
      start: after ? 2 : 1,
      log: (_level, event, fields = {}) => {
        logged.push({ event, community, fields });
      },
    })),
  });
  return {
    tiers,
    time,
    store,
    edgeStores,
    storages,
    logged,
    close: async () => {
      await tiers.close();
      for (const body of bodies) body.dispose();
    },
  };
}
