// Judging without central test data: classifiers trained on generated images go out, two counts a device come back.
import { type DeviceMessage, judgesAfter } from '../protocol/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import type { DeviceLink } from './device-link.ts';
import { AWAITED_JUDGED_ROUNDS } from './limits.ts';
import { reasonOf } from './reason.ts';
import type { RunHandle } from './run-parts.ts';
import type { RunParts } from './run-parts.ts';

/** Whom the judging tells, and what it asks. */
export interface JudgingPorts extends Pick<RunHandle, 'state'> {
  /** There is a new figure. */
  changed(): void;
  /** Nobody is waited for any longer. */
  ended(round: number): void;
}

/** Has the generators judged by their devices; a failure costs a figure, never the run. */
export class Judging {
  readonly #parts: RunParts;
  readonly #ports: JudgingPorts;
  /** Of the last judged rounds the group of each device that has not answered yet. */
  readonly #open = new Map<number, Map<string, number>>();
  #training = false;
  #closed = false;

  constructor(parts: RunParts, ports: JudgingPorts) {
    this.#parts = parts;
    this.#ports = ports;
  }

  /** Trains a classifier for each of these generators that has devices here, and hands it to them, if it is time. */
  async judge(round: number, generators: ReadonlyMap<number, NamedTensors>): Promise<void> {
    const { context, ports } = this.#parts;
    if (!judgesAfter(context.settings, round)) return;
    if (this.#training) {
      ports.log('warn', 'judging-skipped', { round, reason: 'that of an earlier round has not ended' });
      this.#ports.ended(round);
      return;
    }
    this.#training = true;
    const awaited = new Map<string, number>();
    this.#open.set(round, awaited);
    for (const old of [...this.#open.keys()].slice(0, -AWAITED_JUDGED_ROUNDS)) this.#open.delete(old);
    for (const [cluster, generator] of generators) {
      try {
        await this.#judgeGroup({ round, cluster, generator }, awaited);
      } catch (error) {
        ports.log('warn', 'judging-failed', { round, group: cluster, reason: reasonOf(error) });
      }
    }
    this.#training = false;
    this.#endIfAnswered(round, awaited);
  }

  /** Takes the first answer of a device that was asked; any other changes nothing. */
  take(id: string, { round, right, total }: DeviceMessage & { readonly type: 'judged' }): void {
    const awaited = this.#open.get(round);
    const cluster = awaited?.get(id);
    if (!awaited || cluster === undefined) return;
    awaited.delete(id);
    if (total > 0) {
      this.#parts.history.judgedBy(round, cluster, { right, total });
      this.#ports.changed();
    }
    this.#endIfAnswered(round, awaited);
  }

  /** A device that has left answers no more. */
  gone(id: string): void {
    for (const [round, awaited] of this.#open) if (awaited.delete(id)) this.#endIfAnswered(round, awaited);
  }

  /** Trains no further classifier. */
  close(): void {
    this.#closed = true;
  }

  #endIfAnswered(round: number, awaited: ReadonlyMap<string, number>): void {
    if (!this.#training && awaited.size === 0) this.#ports.ended(round);
  }

  async #judgeGroup(
    group: { readonly round: number; readonly cluster: number; readonly generator: NamedTensors },
    awaited: Map<string, number>,
  ): Promise<void> {
    const { round, cluster, generator } = group;
    if (this.#closed || this.#linksOf(cluster).length === 0) return;
    const { judgeImages: images, judgeEpochs: epochs, seed } = this.#parts.context.settings;
    // The same noise after every round: what changes is the generator.
    const classifier = await this.#parts.body.run((port) =>
      port.trainClassifier({ generator, images, epochs, seed }),
    );
    for (const link of this.#linksOf(cluster)) {
      awaited.set(link.id, cluster);
      link.sendClassifier(round, classifier);
    }
  }

  /** The devices of a group that are here. */
  #linksOf(cluster: number): DeviceLink[] {
    const { links, members } = this.#parts;
    const { devices } = this.#ports.state();
    return [...links.values()].filter(
      ({ id }) => devices.get(id)?.connected === true && members.member(id)?.cluster === cluster,
    );
  }
}
