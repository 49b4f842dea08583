// What a device tells of itself: its speed, measured once for the same settings, and how many images it has.
import type { DeviceProfile } from '../cut/index.ts';
import { type RunSettings, runSpec } from '../protocol/index.ts';
import type { CoordinatorLink } from './coordinator-link.ts';
import { halfSettings } from './half-settings.ts';
import type { DevicePorts } from './ports.ts';
import { checkSpeed } from './speed-check.ts';
import type { StatusKeeper } from './status.ts';

/** Characters of an adapter's name on the wire. */
const ADAPTER_CHARACTERS = 120;

/** Measures and remembers the device's profile. */
export class Introduction {
  readonly #ports: DevicePorts;
  readonly #status: StatusKeeper;
  #measured: { readonly profile: DeviceProfile; readonly settings: string } | undefined;
  /** The connections on which the device has introduced itself. */
  readonly #introduced = new WeakSet<CoordinatorLink>();

  constructor(ports: DevicePorts, status: StatusKeeper) {
    this.#ports = ports;
    this.#status = status;
  }

  /**
   * Sends the profile. On a new connection an earlier measurement for the same settings will do; a coordinator that
   * asks twice on one connection has found it wanting, and gets a new one.
   */
  async send(link: CoordinatorLink, settings: RunSettings): Promise<void> {
    const { images, engine, profile: given } = this.#ports;
    const known = this.#introduced.has(link) ? undefined : this.#profileFor(settings);
    const profile = given ?? known ?? (await this.#measure(link, settings));
    this.#introduced.add(link);
    link.tell({
      type: 'profile',
      profile,
      samples: images.count,
      backend: engine.backend,
      adapter: engine.adapter.slice(0, ADAPTER_CHARACTERS),
    });
  }

  #profileFor(settings: RunSettings): DeviceProfile | undefined {
    return this.#measured?.settings === JSON.stringify(settings) ? this.#measured.profile : undefined;
  }

  async #measure(link: CoordinatorLink, settings: RunSettings): Promise<DeviceProfile> {
    const { clock, random, images } = this.#ports;
    const profile = await checkSpeed({
      spec: runSpec(settings),
      batch: settings.batch,
      ...halfSettings(settings, images.labelsHeld),
      clock,
      random: random.fork('speed-check'),
      link,
      onProgress: (progress) => {
        this.#status.change({ current: { state: 'checking-speed', progress } });
      },
    });
    this.#measured = { profile, settings: JSON.stringify(settings) };
    this.#status.change({ profile }, 'Speed check done');
    return profile;
  }
}
