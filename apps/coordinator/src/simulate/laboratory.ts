// An experiment at work: the run on virtual time, its judge, and the record of both.
import { join } from 'node:path';
import { systemClock } from '@tessera/core/clock';
import type { DomainResults, Results } from '@tessera/core/report';
import { SimulatedTime } from '@tessera/core/simulation';
import { CommandFailure } from '../cli/index.ts';
import { FolderStorage } from '../device/index.ts';
import type { Domain } from '../domains/index.ts';
import { writeRunFiles } from '../report/index.ts';
import { deviceResults } from './device-results.ts';
import type { ExperimentDevice } from './devices.ts';
import { Gallery } from './gallery.ts';
import type { HalfProcesses } from './halves/half-processes.ts';
import { Judge } from './judge.ts';
import { type JudgedDomain, judgedDomains } from './judged-domains.ts';
import { latencyOf } from './latency.ts';
import { Noted } from './noted.ts';
import type { ProgressLine } from './progress-line.ts';
import { type Progress, resultsOf, writeProgress } from './record.ts';
import type { RunExperimentOptions } from './run-experiment.ts';
import { RUN_ID, settingsOfRun } from './settings-of-run.ts';
import { openRun, type TrainedRun } from './trained-run.ts';

export interface LaboratoryParts extends RunExperimentOptions {
  readonly progress: Progress;
  readonly domains: readonly Domain[];
  readonly devices: readonly ExperimentDevice[];
  readonly line: ProgressLine;
  /** Other processes that compute the devices' steps; none: this one does. */
  readonly processes: HalfProcesses;
}

interface Made {
  readonly run: TrainedRun;
  readonly time: SimulatedTime;
  readonly judge: Judge;
  readonly noted: Noted;
  readonly judged: readonly JudgedDomain[];
  readonly gallery: Gallery;
}

/** Trains, scores, writes; `close` frees everything. */
export class Laboratory {
  readonly #parts: LaboratoryParts;
  readonly #made: Made;
  readonly #startedMs = systemClock.now();
  /** What earlier starts of a resumed experiment took, saw and noted. */
  readonly #before: Pick<Progress['rounds'][number], 'seconds' | 'wallSeconds'> &
    Pick<Progress, 'devices' | 'notes' | 'cloud'>;
  #bytes = 0;

  /** Trains the scorers, opens the run and lets all devices join. */
  static async open(parts: LaboratoryParts): Promise<Laboratory> {
    const { experiment, engine: started, io, out, domains, progress, line, scorerFolder, processes } = parts;
    const devices = parts.devices.map((device, index) => {
      const makeHalf = processes.makerFor(index);
      return makeHalf ? { ...device, makeHalf } : device;
    });
    const settings = settingsOfRun(experiment, domains, devices.length);
    const { name: backend, adapter, reason } = started;
    const time = new SimulatedTime();
    const noted = new Noted();
    for (const [i, { storage }] of devices.entries()) {
      const memory = await deviceFolder(out, i).load(RUN_ID);
      if (memory) await storage.save(RUN_ID, memory);
    }
    const run = await openRun({
      experiment,
      settings,
      time,
      devices,
      folder: join(out, 'state'),
      engine: { backend, adapter, reason },
      start: progress.starts,
      log: noted.log,
    });
    const say = (text: string) => {
      line.show(progress.rounds.length / settings.rounds, text);
    };
    const judged = judgedDomains(experiment, domains);
    const judge = await Judge.open(experiment, judged, {
      scorerFolder,
      say,
      signal: io.interrupted,
    });
    const gallery = new Gallery({ ...parts, run, judge, judged });
    return new Laboratory(parts, { run, time, judge, noted, judged, gallery });
  }

  private constructor(parts: LaboratoryParts, made: Made) {
    this.#parts = parts;
    this.#made = made;
    const { rounds, devices, notes, cloud } = parts.progress;
    const { seconds, wallSeconds } = rounds.at(-1) ?? { seconds: 0, wallSeconds: 0 };
    this.#before = { seconds, wallSeconds, devices, notes, cloud };
  }

  /** Trains round by round until all are done or somebody presses Ctrl-C; throws a CommandFailure when it cannot go on. */
  async train(): Promise<void> {
    const { io, out, progress } = this.#parts;
    const { run } = this.#made;
    if (progress.samples.length === 0) {
      await this.#made.gallery.keepSamples(0);
      this.#keepFigures();
      await writeProgress(out, progress);
    }
    for (let done = run.committedRound + 1; done < run.settings.rounds; done++) {
      this.#slowDevices(done);
      await this.#trainRound(done);
      if (io.interrupted.aborted) {
        this.#keepFigures();
        return writeProgress(out, progress);
      }
      await this.#record(done);
      await writeProgress(out, progress);
    }
  }

  /** Scores once more in full, unless it was interrupted, and writes the report. */
  async finish(): Promise<Results> {
    const { experiment, progress, out, io, engine } = this.#parts;
    const { run, judge } = this.#made;
    const isDone = run.committedRound + 1 >= run.settings.rounds;
    if (!isDone) await this.#keepDevices();
    const domains: DomainResults[] = [];
    const { gallery } = this.#made;
    for (const exhibit of gallery.exhibits()) domains.push(await gallery.final(exhibit, isDone));
    const results = resultsOf(
      experiment,
      { ...progress, notes: [...judge.notes, ...progress.notes] },
      {
        domains,
        steps: progress.rounds.reduce((sum, { steps }) => sum + steps, 0),
        engine: `${engine.name} (${engine.adapter})`,
        finished: isDone && !io.interrupted.aborted,
      },
    );
    await writeRunFiles(out, results);
    return results;
  }

  async close(): Promise<void> {
    await this.#made.run.close();
    this.#made.judge.dispose();
  }

  async #trainRound(done: number): Promise<void> {
    const { line, io } = this.#parts;
    const { run } = this.#made;
    const { rounds, stepsPerRound } = run.settings;
    const stop = run.onChange(() => {
      const { round, step } = run.place;
      const share = Math.min(1, (round + step / stepsPerRound) / rounds);
      line.show(share, `round ${done + 1} of ${rounds}, step ${step + 1} of ${stepsPerRound}`);
    });
    try {
      await this.#made.run.untilRounds(done + 1, io.interrupted);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new CommandFailure(`The training stopped in round ${done + 1}: ${why}`, 1, { cause: error });
    } finally {
      stop();
    }
  }

  async #record(done: number): Promise<void> {
    const { progress } = this.#parts;
    const { run, time, noted } = this.#made;
    const { losses, groups, names } = run.view();
    const own = losses.filter(({ round }) => round === done);
    const mean = (of: (point: (typeof own)[number]) => number) =>
      own.length === 0 ? null : own.reduce((sum, point) => sum + of(point), 0) / own.length;
    const scores = await this.#made.gallery.scores(done);
    const { bytesReceived, bytesSent } = run.roundView();
    const bytes = bytesReceived + bytesSent;
    progress.rounds.push({
      round: done + 1,
      steps: run.settings.stepsPerRound,
      seconds: this.#before.seconds + time.clock.now() / 1000,
      wallSeconds: this.#before.wallSeconds + (systemClock.now() - this.#startedMs) / 1000,
      losses: {
        discriminatorReal: mean((point) => point.discriminatorReal),
        discriminatorFake: mean((point) => point.discriminatorFake),
        generator: mean((point) => point.generator),
      },
      silhouette: noted.silhouette ?? null,
      groups: run.generators().size,
      domains: scores,
      bytes: bytes - this.#bytes,
    });
    this.#bytes = bytes;
    const placed = Object.entries(groups.at(-1)?.of ?? {});
    progress.clusters.push({
      round: done + 1,
      assignment: Object.fromEntries(placed.map(([id, group]) => [names[id] ?? id, group])),
    });
    await this.#made.gallery.keepSamples(done + 1);
    this.#keepFigures();
  }

  /** What is known of devices, latency and faults now; the record keeps it for a report after another start. */
  #keepFigures(): void {
    const { experiment, devices, progress } = this.#parts;
    const { run, noted } = this.#made;
    const view = run.roundView();
    progress.devices = deviceResults(this.#reported(devices), { view, noted }, this.#before.devices);
    progress.latency = latencyOf(experiment, devices, { spec: run.spec, view });
    progress.notes = [...this.#before.notes, ...noted.sentences()];
    const { cloudTraffic: now } = run;
    const { cloud: before = { up: 0, down: 0 } } = this.#before;
    if (now) progress.cloud = { up: before.up + now.up, down: before.down + now.down };
  }

  /** Devices under the domain of the report that their images count in. */
  #reported(devices: readonly ExperimentDevice[]): ExperimentDevice[] {
    const { judged } = this.#made;
    const [mixture] = judged;
    return devices.map((device) =>
      judged.some(({ name }) => name === device.domain) || !mixture
        ? device
        : { ...device, domain: mixture.name },
    );
  }

  /** Devices that are slower by this round, the latest event of each; a resumed experiment takes them all again. */
  #slowDevices(done: number): void {
    const { experiment, devices } = this.#parts;
    const past = experiment.events.filter(({ round }) => round <= done).sort((a, b) => a.round - b.round);
    for (const { device, slower } of past) {
      const { name } = devices[device - 1] ?? {};
      if (name !== undefined) this.#made.run.slow(name, slower);
    }
  }

  /** Devices keep their moments for a resumed experiment. */
  async #keepDevices(): Promise<void> {
    for (const [i, { storage }] of this.#parts.devices.entries()) {
      const memory = storage.kept(RUN_ID);
      if (memory) await deviceFolder(this.#parts.out, i).save(RUN_ID, memory);
    }
  }
}

/** Where a device's memory is between two starts. */
function deviceFolder(out: string, index: number): FolderStorage {
  return new FolderStorage(join(out, 'state', 'devices', String(index + 1)));
}
