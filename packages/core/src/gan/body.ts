// The coordinator's half of a six-exchange step: blocks 2 to N-1 of both networks, one shared copy each.
import { tidy } from '@tensorflow/tfjs-core';
import {
  deviceBlocks,
  exchangeTensors,
  previewTensors,
  type Cut,
  type Exchange,
  type GanSpec,
  type NetworkSpec,
} from '../architecture/index.ts';
import type { AdamSettings } from '../nn/index.ts';
import type { NamedTensors, OptimiserState, PlainTensor } from '../tensors/index.ts';
import { bodyStep, type CohortDowns, type CohortUps } from './body-step.ts';
import type { BodyAnswer, BodyParticipant, CentralPart } from './central-part.ts';
import type { Rows } from './flow.ts';
import { download, downloadOne, receive, upload, type ExchangeTensors } from './plain.ts';
import { SharedBody } from './shared-body.ts';
import { momentsOf, valuesOf, type TrainedBlocks } from './trained-blocks.ts';

interface RunningStep {
  readonly course: ReturnType<typeof bodyStep>;
  /** Left over from the last exchange, see `settle`. */
  afterwards: (() => void) | undefined;
  /** The exchange that comes next; 7 when none does. */
  next: number;
  /** Those who have not missed an exchange yet. */
  present: ReadonlyMap<string, BodyParticipant>;
}

/** What a body is made for. */
export interface BodyOptions {
  readonly spec: GanSpec;
  readonly optimiser: AdamSettings;
  /** The discriminator's block that gives the cluster features; the always-remote one if absent. */
  readonly featureBlock?: number | undefined;
}

/** The shared blocks of both networks with their optimisers; at most one step is under way. */
export class Body implements CentralPart {
  readonly #spec: GanSpec;
  readonly #featureBlock: number | undefined;
  readonly #generator: SharedBody;
  readonly #discriminator: SharedBody;
  #step: RunningStep | undefined;

  constructor({ spec, optimiser, featureBlock }: BodyOptions) {
    this.#spec = spec;
    this.#featureBlock = featureBlock;
    this.#generator = new SharedBody(spec.generator, optimiser);
    this.#discriminator = new SharedBody(spec.discriminator, optimiser);
  }

  /** Takes the body's layers ('generator.block3.conv.weight', …) out of the values; others are left alone. */
  load(values: NamedTensors): void {
    for (const blocks of this.#trained) blocks.load(values);
  }

  /** The body's layers, running statistics included. */
  values(): Promise<NamedTensors> {
    this.settle();
    return valuesOf(this.#trained);
  }

  /** Replaces the optimisers' state; layers that it lacks start from zero. */
  loadMoments(state: OptimiserState): void {
    for (const blocks of this.#trained) blocks.loadMoments(state);
  }

  /** The optimisers' state of the body's layers. */
  moments(): Promise<OptimiserState> {
    this.settle();
    return momentsOf(this.#trained);
  }

  /** Begins a step of these devices; rows are ordered by device id, whatever order they come in. */
  begin(participants: readonly BodyParticipant[]): void {
    if (this.#step) throw new Error('a step is under way: end or abandon it before the next begins');
    const ordered = [...participants].sort((a, b) => (a.id < b.id ? -1 : 1));
    const course = bodyStep({
      featureBlock: this.#featureBlock,
      generator: { body: this.#generator, rows: rowsIn(this.#spec.generator, ordered) },
      discriminator: { body: this.#discriminator, rows: rowsIn(this.#spec.discriminator, ordered) },
    });
    course.next();
    this.#step = {
      course,
      afterwards: undefined,
      next: 1,
      present: new Map(ordered.map((one) => [one.id, one])),
    };
  }

  /**
   * Runs the coordinator's part of one exchange. A device that is absent from `ups` is lost for the rest of the step.
   * Throws a RangeError about a message that does not fit its device's cut; the step is over then, as it is after any
   * other failure.
   */
  async exchange(
    exchange: Exchange,
    ups: ReadonlyMap<string, ExchangeTensors>,
    { features = false }: { readonly features?: boolean } = {},
  ): Promise<BodyAnswer> {
    this.settle();
    const step = this.#expecting(exchange);
    const present = stillPresent(step.present, ups.keys());
    const received = [...present.values()].map(({ id, cut, batch }) => {
      const expected = exchangeTensors(this.#spec, cut, batch, exchange, 'up');
      return [id, receive(ups.get(id) ?? new Map(), expected)] as const;
    });
    step.present = present;
    step.next = exchange + 1;
    const answer = this.#advance(step, { ups: new Map(received), features });
    const [taken = new Map<string, PlainTensor>(), drifts, ...downs] = await download<string>([
      answer.features,
      new Map(answer.drift ? [['drift', answer.drift]] : []),
      ...answer.downs.values(),
    ]);
    const drift = drifts?.get('drift')?.data[0];
    return {
      downs: new Map([...answer.downs.keys()].map((id, i) => [id, downs[i] ?? new Map()])),
      ...(features && { features: taken }),
      ...(drift !== undefined && { drift }),
    };
  }

  /**
   * Does what no answer of the last exchange needed: gradients of parameters, and updates. Whoever has sent the answers
   * calls it while the devices compute; anything that needs it to be done calls it first. A failure ends the step.
   */
  settle(): void {
    const step = this.#step;
    const afterwards = step?.afterwards;
    if (!step || !afterwards) return;
    step.afterwards = undefined;
    try {
      tidy(afterwards);
    } catch (error) {
      this.#drop();
      throw error;
    }
    if (step.next === 7) step.course.return(undefined);
  }

  /** The generator's body in running mode, from the head's output of a device to the input of its tail. */
  async preview(id: string, cut: Cut, headOutput: PlainTensor | undefined): Promise<PlainTensor> {
    this.settle();
    if (!headOutput) throw new RangeError(`the preview of device ${id} lacks its tensor`);
    const { head, tailFrom } = deviceBlocks(this.#spec.generator, cut);
    const [expected] = previewTensors(this.#spec, cut, headOutput.shape[0] ?? 0, 'up');
    const output = tidy(() =>
      this.#generator.infer(upload(headOutput, expected?.shape ?? [], `the preview of device ${id}`), {
        from: head + 1,
        to: tailFrom - 1,
      }),
    );
    return downloadOne(output);
  }

  /** Ends a step after its exchange 6. */
  end(): void {
    this.settle();
    if (this.#step && this.#step.next !== 7)
      throw new Error(`the step ends after exchange 6, but exchange ${this.#step.next} is next: abandon it`);
    this.#step = undefined;
  }

  /** Leaves the step, if one is under way: updates of answered exchanges stay, everything it held is freed. */
  abandon(): void {
    this.settle();
    this.#drop();
  }

  dispose(): void {
    this.#drop();
    for (const blocks of this.#trained) blocks.dispose();
  }

  get #trained(): readonly TrainedBlocks[] {
    return [this.#generator.trained, this.#discriminator.trained];
  }

  #drop(): void {
    this.#step?.course.return(undefined);
    this.#step = undefined;
  }

  #expecting(exchange: Exchange): RunningStep {
    if (this.#step?.next !== exchange) {
      const now = this.#step ? `exchange ${this.#step.next} is next` : 'no step is under way';
      throw new Error(`exchange ${exchange} cannot run: ${now}`);
    }
    return this.#step;
  }

  #advance(step: RunningStep, ups: CohortUps): CohortDowns {
    let answer: CohortDowns | undefined;
    try {
      tidy(() => {
        answer = step.course.next(ups).value;
      });
    } catch (error) {
      this.#drop();
      throw error;
    }
    if (!answer) throw new Error('a step ended before exchange 6');
    step.afterwards = answer.afterwards;
    return answer;
  }
}

/** The rows that each device has in this network's body. */
function rowsIn(network: NetworkSpec, participants: readonly BodyParticipant[]): Rows[] {
  return participants.map(({ id, batch, cut }) => {
    const { head, tailFrom } = deviceBlocks(network, cut);
    return { id, batch, from: head + 1, to: tailFrom - 1 };
  });
}

/** Those participants, in their order, from whom a message came. */
function stillPresent(
  present: ReadonlyMap<string, BodyParticipant>,
  came: Iterable<string>,
): ReadonlyMap<string, BodyParticipant> {
  const ids = new Set(came);
  for (const id of ids)
    if (!present.has(id))
      throw new RangeError(`device ${id} takes no part, or no further part, in this step`);
  return new Map([...present].filter(([id]) => ids.has(id)));
}
