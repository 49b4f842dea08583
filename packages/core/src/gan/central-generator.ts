// The generator whole on the coordinator: it draws images for the devices and learns from what they say of them.
import { concat, keep, mul, tensor, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { exchangeTensors, shownLabels, type Exchange, type GanSpec } from '../architecture/index.ts';
import { softmax } from '../federate/index.ts';
import { type AdamSettings, type BlockContext, Segment } from '../nn/index.ts';
import { Random } from '../random.ts';
import { type NamedTensors, type OptimiserState, type PlainTensor, tensorNamed } from '../tensors/index.ts';
import type { BodyAnswer, BodyParticipant, CentralPart } from './central-part.ts';
import { backBeside, drawnLabels, forwardBeside } from './beside-labels.ts';
import { partRows } from './flow.ts';
import type { DomainWeights } from './domain-loss.ts';
import { EdgeTerms } from './edge-terms.ts';
import { summed } from './gradients.ts';
import { judgedLabels } from './judged-labels.ts';
import { download, downloadOne, receive, type ExchangeTensors } from './plain.ts';
import { TrainedBlocks } from './trained-blocks.ts';

interface RunningStep {
  readonly participants: readonly BodyParticipant[];
  readonly turn: number;
  next: Exchange | undefined;
  /** Of the images that are judged, and how many rows they were drawn with. */
  judged: { readonly context: BlockContext; readonly drawnRows: number } | undefined;
  rows: readonly BodyParticipant[];
}

/** What the gradients count: the same each (MD-GAN, arXiv 1811.03850, eq. 5), or by the softmax of the scores (AAAI 2023, Eq. 4). */
export type Weighing = 'equal' | 'realism';

/**
 * Each device gets two batches of its own, one to learn from and one to judge; all devices' batches of a kind are drawn
 * in one pass. The update takes the weighted mean over the devices of the gradients that came; a device that is lost
 * before its gradient came counts with none.
 */
export class CentralGenerator implements CentralPart {
  readonly #spec: GanSpec;
  readonly #generator: Segment;
  readonly #trained: TrainedBlocks;
  readonly #noise: Random;
  readonly #weighing: Weighing;
  readonly #domain: number | undefined;
  readonly #besideLabels: boolean;
  readonly #terms: EdgeTerms | undefined;
  #step: RunningStep | undefined;

  constructor({
    spec,
    optimiser,
    seed,
    weighing = 'equal',
    domain,
    besideLabels = false,
    terms,
  }: {
    spec: GanSpec;
    optimiser: AdamSettings;
    seed: string;
    weighing?: Weighing | undefined;
    domain?: number | undefined;
    /** Whether each noise vector is drawn under another label too, for the batch's statistics. */
    besideLabels?: boolean | undefined;
    /** Where an edge adds the domain terms to its generator's loss. */
    terms?: DomainWeights | undefined;
  }) {
    this.#terms = terms && new EdgeTerms(spec, terms, seed);
    this.#domain = domain;
    this.#besideLabels = besideLabels;
    this.#weighing = weighing;
    this.#spec = spec;
    this.#generator = new Segment(spec.generator, 1, spec.generator.blocks.length);
    this.#trained = new TrainedBlocks(spec.generator, this.#generator.blocks, optimiser);
    this.#noise = new Random(seed);
  }

  load(values: NamedTensors): void {
    this.#trained.load(values);
    this.#terms?.load(values);
  }

  values(): Promise<NamedTensors> {
    return this.#trained.values();
  }

  loadMoments(state: OptimiserState): void {
    this.#trained.loadMoments(state);
  }

  moments(): Promise<OptimiserState> {
    return this.#trained.moments();
  }

  begin(participants: readonly BodyParticipant[], turn: number): void {
    if (this.#step) throw new Error('a step is under way: end or abandon it before the next begins');
    const ordered = [...participants].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#step = { participants: ordered, turn, next: 1, judged: undefined, rows: [] };
  }

  async exchange(exchange: Exchange, ups: ReadonlyMap<string, ExchangeTensors>): Promise<BodyAnswer> {
    const step = this.#step;
    if (step?.next !== exchange) throw new Error(`exchange ${exchange} cannot run now`);
    if (exchange === 1) {
      step.next = 2;
      return this.#draw(step, new Set(ups.keys()));
    }
    step.next = undefined;
    const score = this.#learn(step, ups);
    return { downs: new Map([...ups.keys()].map((id) => [id, new Map<string, PlainTensor>()])), score };
  }

  /** Nothing is left over after an answer. */
  settle(): void {
    // The gradient of the generator is the last thing that a step does.
  }

  /** The images that are shown, in running mode. */
  async preview(): Promise<PlainTensor> {
    const labels = shownLabels(this.#spec);
    const rows = labels.length;
    return downloadOne(
      tidy(() =>
        this.#generator.infer(
          tensor(this.#normals(rows), [rows, this.#spec.zDim]),
          tensor1d(labels, 'int32'),
        ),
      ),
    );
  }

  abandon(): void {
    this.#step?.judged?.context.dispose();
    this.#step = undefined;
  }

  dispose(): void {
    this.abandon();
    this.#trained.dispose();
    this.#terms?.dispose();
  }

  async #draw(step: RunningStep, present: ReadonlySet<string>): Promise<BodyAnswer> {
    const rows = step.participants.filter(({ id }) => present.has(id));
    step.rows = rows;
    const images: Tensor[][] = [];
    tidy(() => {
      const fakes = this.#forward(rows, step.turn);
      fakes.context.dispose();
      const judged = this.#forward(rows, step.turn);
      step.judged = judged;
      for (const output of [fakes.output, judged.output])
        images.push(partRows(output, rows).map((part) => keep(part)));
    });
    const messages = rows.map(
      (_, i) =>
        new Map<string, Tensor>(
          (['fakes', 'judged'] as const).flatMap((name, kind) => {
            const part = images[kind]?.[i];
            return part ? [[name, part]] : [];
          }),
        ),
    );
    const downs = await download(messages);
    return { downs: new Map(rows.map(({ id }, i) => [id, downs[i] ?? new Map<string, PlainTensor>()])) };
  }

  #forward(rows: readonly BodyParticipant[], turn: number) {
    const { classes, zDim } = this.#spec;
    const own = Int32Array.from(
      rows.flatMap(({ batch }) => [...judgedLabels(batch, classes, turn, this.#domain)]),
    );
    const drawn = drawnLabels(own, { labels: classes, turn, beside: this.#besideLabels });
    const z = tensor(this.#normals(own.length), [own.length, zDim]);
    return { ...forwardBeside(this.#generator, z, drawn), drawnRows: drawn.size };
  }

  /** One update; returns the mean score, weighed as the gradients are. */
  #learn(step: RunningStep, ups: ReadonlyMap<string, ExchangeTensors>): number {
    const { judged, rows } = step;
    if (!judged) throw new Error('a step learns only from images that were drawn');
    const { context, drawnRows } = judged;
    step.judged = undefined;
    try {
      const weights = weigh(rows, ups, this.#weighing);
      tidy(() => {
        const gradient = concat(
          rows.map(({ id, cut, batch }) => {
            const up = ups.get(id);
            const [expected] = exchangeTensors(this.#spec, cut, batch, 2, 'up');
            const shape = expected?.shape ?? [];
            if (!up) return tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), [...shape]);
            return mul(receive(up, expected ? [expected] : [])('judgedGradient'), weights.get(id) ?? 0);
          }),
          0,
        );
        const adversarial = backBeside(this.#generator, context, gradient, drawnRows);
        this.#trained.step(summed(adversarial, this.#terms?.gradients(this.#generator) ?? new Map()));
      });
      return [...weights].reduce((sum, [id, weight]) => sum + weight * scoreOf(ups.get(id)), 0);
    } finally {
      context.dispose();
      this.#step = undefined;
    }
  }

  #normals(rows: number): Float32Array {
    return Float32Array.from({ length: rows * this.#spec.zDim }, () => this.#noise.normal());
  }
}

/** What each device's gradient counts, summed in id order; the weights are constants of the update and sum to 1. */
function weigh(
  rows: readonly BodyParticipant[],
  ups: ReadonlyMap<string, ExchangeTensors>,
  weighing: Weighing,
): ReadonlyMap<string, number> {
  const ids = rows.map(({ id }) => id).filter((id) => ups.has(id));
  if (ids.length === 0) return new Map();
  const weights =
    weighing === 'realism' ? softmax(ids.map((id) => scoreOf(ups.get(id)))) : ids.map(() => 1 / ids.length);
  return new Map(ids.map((id, i) => [id, weights[i] ?? 0]));
}

/** The score that came with a gradient. */
function scoreOf(up: ExchangeTensors | undefined): number {
  return tensorNamed(up ?? new Map(), 'realism').data[0] ?? NaN;
}
