// The generator of an asynchronous edge: every device answers for itself, and the generator moves at each answer.
import { keep, mul, tensor, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { exchangeTensors, shownLabels, type Exchange, type GanSpec } from '../architecture/index.ts';
import { type AdamSettings, type BlockContext, Segment } from '../nn/index.ts';
import { Random } from '../random.ts';
import { type NamedTensors, type OptimiserState, type PlainTensor, tensorNamed } from '../tensors/index.ts';
import { backBeside, drawnLabels, forwardBeside } from './beside-labels.ts';
import type { BodyAnswer, BodyParticipant, CentralPart, ExchangeOptions } from './central-part.ts';
import type { DomainWeights } from './domain-loss.ts';
import { EdgeTerms } from './edge-terms.ts';
import { summed } from './gradients.ts';
import type { Reading } from './half.ts';
import { judgedLabels } from './judged-labels.ts';
import { download, downloadOne, receive, type ExchangeTensors } from './plain.ts';
import { TrainedBlocks } from './trained-blocks.ts';

/** One device's step. */
interface Stream {
  readonly participant: BodyParticipant;
  readonly turn: number;
  /** The weights that drew its images; the way back goes through them. */
  readonly drawn: Segment;
  /** Of the images that are judged, and how many rows they were drawn with. */
  judged: { readonly context: BlockContext; readonly drawnRows: number } | undefined;
}

export interface StreamingOptions {
  readonly spec: GanSpec;
  readonly optimiser: AdamSettings;
  /** Of the noise. */
  readonly seed: string;
  readonly reading?: Reading | undefined;
  readonly domain?: number | undefined;
  /** Whether each noise vector is drawn under another label too, for the batch's statistics. */
  readonly besideLabels?: boolean | undefined;
  /** Where an edge adds the domain terms to its generator's loss. */
  readonly terms?: DomainWeights | undefined;
}

/**
 * Eq. 5 of AAAI 2023 for one answer at a time: gradients are taken through the weights that drew the images and applied to
 * those of now, by exp(-s). Intended, that scales the update, which Adam would cancel otherwise; as printed, the loss.
 */
export class StreamingGenerator implements CentralPart {
  readonly #options: StreamingOptions;
  readonly #generator: Segment;
  readonly #trained: TrainedBlocks;
  readonly #noise: Random;
  readonly #terms: EdgeTerms | undefined;
  readonly #streams = new Map<string, Stream>();

  constructor(options: StreamingOptions) {
    const { generator } = options.spec;
    this.#options = options;
    this.#generator = new Segment(generator, 1, generator.blocks.length);
    this.#trained = new TrainedBlocks(generator, this.#generator.blocks, options.optimiser);
    this.#noise = new Random(options.seed);
    this.#terms = options.terms && new EdgeTerms(options.spec, options.terms, options.seed);
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

  /** A device's next step; one that it did not answer is dropped. */
  begin(participants: readonly BodyParticipant[], turn: number): void {
    const { generator } = this.#options.spec;
    for (const participant of participants) {
      const before = this.#streams.get(participant.id);
      before?.judged?.context.dispose();
      const drawn = before?.drawn ?? new Segment(generator, 1, generator.blocks.length);
      this.#streams.set(participant.id, { participant, turn, drawn, judged: undefined });
    }
  }

  async exchange(
    exchange: Exchange,
    ups: ReadonlyMap<string, ExchangeTensors>,
    { staleness }: ExchangeOptions,
  ): Promise<BodyAnswer> {
    const downs = new Map<string, ExchangeTensors>();
    const scores: number[] = [];
    for (const id of [...ups.keys()].sort()) {
      const stream = this.#streams.get(id);
      if (!stream) throw new Error(`device ${id} has no step under way`);
      if (exchange === 1) downs.set(id, await this.#draw(stream));
      else {
        scores.push(this.#learn(stream, ups.get(id) ?? new Map(), Math.exp(-(staleness?.get(id) ?? 0))));
        downs.set(id, new Map<string, PlainTensor>());
      }
    }
    const score = scores.reduce((sum, each) => sum + each, 0) / scores.length;
    return { downs, ...(scores.length > 0 && { score }) };
  }

  /** Nothing is left over after an answer. */
  settle(): void {
    // The gradient of the generator is the last thing that a step does.
  }

  /** Images one a label, in running mode. */
  async preview(): Promise<PlainTensor> {
    const { spec } = this.#options;
    const labels = shownLabels(spec);
    const z = this.#normals(labels.length);
    return downloadOne(
      tidy(() => this.#generator.infer(tensor(z, [labels.length, spec.zDim]), tensor1d(labels, 'int32'))),
    );
  }

  /** Drops every device's step. */
  abandon(): void {
    this.retain(new Set());
  }

  retain(ids: ReadonlySet<string>): void {
    for (const [id, { judged, drawn }] of this.#streams) {
      if (ids.has(id)) continue;
      judged?.context.dispose();
      drawn.dispose();
      this.#streams.delete(id);
    }
  }

  dispose(): void {
    this.abandon();
    this.#trained.dispose();
    this.#terms?.dispose();
  }

  async #draw(stream: Stream): Promise<ExchangeTensors> {
    const images = tidy(() => {
      const fakes = this.#forward(this.#generator, stream);
      fakes.context.dispose();
      stream.drawn.copy(this.#generator);
      const judged = this.#forward(stream.drawn, stream);
      this.#generator.copy(stream.drawn, 'statistics');
      stream.judged = judged;
      return [keep(fakes.output), keep(judged.output)];
    });
    const names = ['fakes', 'judged'];
    const sent = new Map<string, Tensor>(images.map((image, i) => [names[i] ?? '', image]));
    const [down = new Map<string, PlainTensor>()] = await download([sent]);
    return down;
  }

  /** One update; returns the score that came. */
  #learn(stream: Stream, up: ExchangeTensors, discount: number): number {
    const { judged, drawn, participant } = stream;
    const { spec, reading = 'intended' } = this.#options;
    if (!judged) throw new Error('a step learns only from images that were drawn');
    const { context, drawnRows } = judged;
    stream.judged = undefined;
    try {
      const score = tensorNamed(up, 'realism').data[0] ?? NaN;
      if (!Number.isFinite(score)) throw new RangeError(`a score must be a finite number, not ${score}`);
      tidy(() => {
        const expected = exchangeTensors(spec, participant.cut, participant.batch, 2, 'up');
        const gradient = receive(up, expected)('judgedGradient');
        const isLiteral = reading === 'literal';
        const loss = isLiteral ? mul(gradient, discount) : gradient;
        // The terms ask no device: they are those of the weights of now.
        const own = this.#terms?.gradients(this.#generator) ?? new Map();
        const adversarial = backBeside(drawn, context, loss, drawnRows);
        this.#trained.step(summed(adversarial, own), isLiteral ? 1 : discount);
      });
      return score;
    } finally {
      context.dispose();
    }
  }

  #forward(segment: Segment, { participant, turn }: Stream) {
    const { spec, domain, besideLabels = false } = this.#options;
    const own = judgedLabels(participant.batch, spec.classes, turn, domain);
    const drawn = drawnLabels(own, { labels: spec.classes, turn, beside: besideLabels });
    const z = tensor(this.#normals(own.length), [own.length, spec.zDim]);
    return { ...forwardBeside(segment, z, drawn), drawnRows: drawn.size };
  }

  #normals(rows: number): Float32Array {
    return Float32Array.from({ length: rows * this.#options.spec.zDim }, () => this.#noise.normal());
  }
}
