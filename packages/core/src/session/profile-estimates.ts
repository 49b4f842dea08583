// The devices' profiles as their own steps have shown them since they introduced themselves.
import type { Cut } from '../architecture/index.ts';
import { type DeviceProfile, type PlannedDevice, reEstimated } from '../cut/index.ts';
import type { DeviceLink, LinkContext } from './device-link.ts';
import { JUDGED_DEVICE_STEPS, MAXIMUM_MEMBERS } from './limits.ts';

interface Estimate {
  /** As the device said it: a new speed check is believed, and the estimate begins anew. */
  readonly introduced: string;
  readonly profile: DeviceProfile;
}

/** Listens to steps; an estimate outlives a break of the connection. */
export class ProfileEstimates {
  readonly #context: LinkContext;
  readonly #estimates = new Map<string, Estimate>();
  /** The last steps of each device that no estimate is made from yet. */
  readonly #steps = new Map<string, { readonly cut: Cut; seconds: readonly number[] }>();

  constructor(context: LinkContext) {
    this.#context = context;
  }

  /** A device has taken a step; what it took with another cut no longer counts. */
  note(id: string, cut: Cut, computeSeconds: number): void {
    const known = this.#steps.get(id);
    const same = known && JSON.stringify(known.cut) === JSON.stringify(cut);
    const seconds = [...(same ? known.seconds : []), computeSeconds].slice(-JUDGED_DEVICE_STEPS);
    this.#steps.set(id, { cut, seconds });
  }

  /**
   * These devices with what is known of them by now; the same profile object as before where nothing has changed. Throws
   * a RangeError for a profile that does not fit the run's networks.
   */
  judge(links: readonly DeviceLink[]): PlannedDevice[] {
    return links.flatMap(({ id, introduction }) =>
      introduction ? [{ id, profile: this.#judged(id, introduction.profile) }] : [],
    );
  }

  #judged(id: string, said: DeviceProfile): DeviceProfile {
    const { spec, settings } = this.#context;
    const introduced = JSON.stringify(said);
    const before = this.#estimates.get(id);
    const known = before?.introduced === introduced ? before.profile : said;
    const steps = this.#steps.get(id);
    this.#steps.delete(id);
    const profile = steps ? reEstimated(known, steps, { spec, batch: settings.batch }) : known;
    this.#estimates.delete(id);
    this.#estimates.set(id, { introduced, profile });
    const [oldest] = this.#estimates.keys();
    if (this.#estimates.size > MAXIMUM_MEMBERS && oldest !== undefined) this.#estimates.delete(oldest);
    return profile;
  }
}
