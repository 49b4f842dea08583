// An experiment at work: the run on virtual time, its judge, and the record of both.
import { join } from 'node:path';
import { systemClock } from '@tessera/core/clock';
import type { DomainResults, Results } from '@tessera/core/report';
import type { RunView } from '@tessera/core/session';
import { SimulatedTime } from '@tessera/core/simulation';
import type { NamedTensors } from '@tessera/core/tensors';
import { CommandFailure } from '../cli/index.ts';
import { FolderStorage } from '../device/index.ts';
import type { Domain } from '../domains/index.ts';
import { writeRunFiles } from '../report/index.ts';
import { deviceResults } from './device-results.ts';
import type { ExperimentDevice } from './devices.ts';
import { gridColumns, slug, writeImages, writeSamples } from './generated-images.ts';
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
import { unlessInterrupted } from './unless-interrupted.ts';

/** Sample pictures are kept so many times over the rounds, and at the beginning and the end. */
const PICTURES = 10;

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
}

/** Trains, scores, writes; `close` frees everything. */
export class Laboratory {
  readonly #parts: LaboratoryParts;
  readonly #made: Made;
  readonly #startedMs = systemClock.now();
  /** What earlier starts of a resumed experiment took, saw and noted. */
  readonly #before: Pick<Progress['rounds'][number], 'seconds' | 'wallSeconds'> &
    Pick<Progress, 'devices' | 'notes'>;
  /** The run as it was when all layers of the last round had come: devices leave a run that ends. */
  #view: RunView;
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
      body: run.body,
      scorerFolder,
      say,
      signal: io.interrupted,
    });
    return new Laboratory(parts, { run, time, judge, noted, judged });
  }

  private constructor(parts: LaboratoryParts, made: Made) {
    this.#parts = parts;
    this.#made = made;
    const { rounds, devices, notes } = parts.progress;
    const { seconds, wallSeconds } = rounds.at(-1) ?? { seconds: 0, wallSeconds: 0 };
    this.#before = { seconds, wallSeconds, devices, notes };
    this.#view = made.run.view();
  }

  /** Trains round by round until all are done or somebody presses Ctrl-C; throws a CommandFailure when it cannot go on. */
  async train(): Promise<void> {
    const { io, out, progress } = this.#parts;
    const { run } = this.#made;
    if (progress.samples.length === 0) {
      await this.#keepSamples(0);
      this.#keepFigures();
      await writeProgress(out, progress);
    }
    for (let done = run.committedRound + 1; done < run.settings.rounds; done++) {
      this.#slowDevices(done);
      await this.#trainRound(done);
      if (io.interrupted.aborted) return;
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
    for (const domain of this.#made.judged) domains.push(await this.#judged(domain, isDone));
    const results = resultsOf(
      experiment,
      { ...progress, notes: [...judge.notes, ...progress.notes] },
      {
        domains,
        steps: progress.rounds.reduce((sum, { steps }) => sum + steps, 0),
        engine: `${engine.name} (${engine.adapter})`,
        finished: isDone && !io.interrupted.aborted,
        cloud: run.cloudTraffic,
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
      const { phase, round, step } = run.place;
      if (phase === 'committing') this.#view = run.view();
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
    const scores = await this.#scores(done);
    const bytes = this.#view.bytesReceived + this.#view.bytesSent;
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
    await this.#keepSamples(done + 1);
    this.#keepFigures();
  }

  /** Scores of a round after which they are wanted; none when somebody presses Ctrl-C meanwhile: the round counts. */
  async #scores(done: number): Promise<Progress['rounds'][number]['domains']> {
    const { experiment, io } = this.#parts;
    const { judged } = this.#made;
    const { everyRounds } = experiment.evaluation;
    if (everyRounds === 0 || (done + 1) % everyRounds > 0) return [];
    const score = async () => {
      const scores = [];
      for (const { name } of judged) scores.push(await this.#made.judge.score(name, this.#generatorOf(name)));
      return scores;
    };
    return (await unlessInterrupted(io.interrupted, score)) ?? [];
  }

  /** What is known of devices, latency and faults now; the record keeps it for a report after another start. */
  #keepFigures(): void {
    const { experiment, devices, progress } = this.#parts;
    const { run, noted } = this.#made;
    const view = this.#view;
    progress.devices = deviceResults(this.#reported(devices), { view, noted }, this.#before.devices);
    progress.latency = latencyOf(experiment, devices, { spec: run.spec, view });
    progress.notes = [...this.#before.notes, ...noted.sentences()];
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

  async #judged(domain: JudgedDomain, full: boolean): Promise<DomainResults> {
    const { name, train, test, notes } = domain;
    const { experiment, devices, out, io } = this.#parts;
    const own = devices.filter((device) => device.domain === name).length;
    const known = {
      name,
      // A mixture is that of all devices.
      devices: own === 0 ? devices.length : own,
      trainImages: train.labels.length,
      testImages: test.labels.length,
      notes: [...notes],
    };
    const measure = async () => {
      if (!full || io.interrupted.aborted) return undefined;
      const generator = this.#generatorOf(name);
      const { classifierImages: images } = experiment.evaluation;
      await writeImages(out, { domain: name, images }, this.#drawing(generator, domain));
      return this.#made.judge.final(known, generator);
    };
    return (await unlessInterrupted(io.interrupted, measure)) ?? { ...known, ...NOT_MEASURED };
  }

  /** The group of the domain's first device: the paper scores that device's generator. */
  #groupOf(domain: string): number {
    const { groups, names } = this.#made.run.view();
    const own = this.#parts.devices.filter((device) => device.domain === domain).map(({ name }) => name);
    const ids = Object.entries(names).flatMap(([id, name]) => (own.includes(name) ? [id] : []));
    return groups.at(-1)?.of[ids.sort()[0] ?? ''] ?? 0;
  }

  #generatorOf(domain: string): NamedTensors {
    const generators = this.#made.run.generators();
    const [any] = generators.values();
    const generator = generators.get(this.#groupOf(domain)) ?? any;
    if (!generator) throw new RangeError('there is no generator yet');
    return generator;
  }

  async #keepSamples(round: number): Promise<void> {
    const { out, progress } = this.#parts;
    const { judged } = this.#made;
    const { rounds, condition } = this.#made.run.settings;
    const every = Math.max(1, Math.round(rounds / PICTURES));
    if (round % every !== 0 && round !== rounds) return;
    for (const domain of judged) {
      const file = `samples/round-${String(round).padStart(5, '0')}-${slug(domain.name)}.png`;
      const drawing = this.#drawing(this.#generatorOf(domain.name), domain);
      await writeSamples(join(out, file), drawing);
      progress.samples.push({
        round,
        group: round === 0 ? null : this.#groupOf(domain.name),
        domain: domain.name,
        file,
        classes: condition === 'classes' ? [...domain.classes] : [],
        columns: gridColumns(drawing),
      });
    }
  }

  #drawing(generator: NamedTensors, { asked }: JudgedDomain) {
    const { spec, settings, body } = this.#made.run;
    const { condition, seed } = settings;
    const { gaussians: grid } = this.#parts.experiment;
    return { body, spec, generator, seed, asked, condition, grid };
  }

  /** Devices keep their moments for a resumed experiment. */
  async #keepDevices(): Promise<void> {
    for (const [i, { storage }] of this.#parts.devices.entries()) {
      const memory = storage.kept(RUN_ID);
      if (memory) await deviceFolder(this.#parts.out, i).save(RUN_ID, memory);
    }
  }
}

const NOT_MEASURED = {
  accuracy: null,
  precision: null,
  recall: null,
  f1: null,
  fpr: null,
  score: null,
  frechet: null,
  coverage: null,
  realAccuracy: null,
  realScore: null,
} as const;

/** Where a device's memory is between two starts. */
function deviceFolder(out: string, index: number): FolderStorage {
  return new FolderStorage(join(out, 'state', 'devices', String(index + 1)));
}
