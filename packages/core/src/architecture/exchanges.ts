// What each of a step's six exchanges carries: names and shapes, known to both sides before a frame arrives.
import { type Cut, deviceBlocks, type Schedule, scheduleOf } from './cut.ts';
import type { GanSpec, NetworkSpec } from './layer.ts';
import { cutShapes } from './shapes.ts';

/** An up-and-down pair of messages, counted from 1 within a step (docs/architecture.md). */
export type Exchange = 1 | 2 | 3 | 4 | 5 | 6;

/** The last exchange of a step. */
const LAST: Readonly<Record<Schedule, Exchange>> = { split: 6, local: 1, twin: 1, judged: 2 };

/** The exchange that ends a step. */
export function lastExchange(schedule: Schedule): Exchange {
  return LAST[schedule];
}

/** Every exchange of a split step, in order. */
export const EXCHANGES: readonly Exchange[] = [1, 2, 3, 4, 5, 6];

/** Every exchange of a step, in order. */
export function exchangesOf(schedule: Schedule): readonly Exchange[] {
  return EXCHANGES.slice(0, lastExchange(schedule));
}

/** The exchange that follows; undefined after the last. */
export function exchangeAfter(exchange: Exchange, schedule: Schedule): Exchange | undefined {
  return exchangesOf(schedule)[exchange];
}

/** From device to coordinator, or back. */
export type Direction = 'up' | 'down';

/** A tensor as an exchange carries it; the first entry of the shape is the batch (1 for a score), images are NHWC. */
export interface ExchangeTensorSpec {
  readonly name: ExchangeTensorName;
  readonly shape: readonly number[];
}

/** Activations carry the network's name, gradients say so. */
export type ExchangeTensorName =
  | 'generator'
  | 'discriminator'
  | 'generatorGradient'
  | 'discriminatorGradient'
  | 'fakes'
  | 'judged'
  | 'judgedGradient'
  | 'realism';

/**
 * The tensors of each exchange, the same in both directions: an activation goes up as the head's output and
 * comes down as the tail's input, a gradient the other way round.
 */
const SPLIT_CONTENTS: Readonly<Record<Exchange, readonly ExchangeTensorName[]>> = {
  1: ['generator', 'discriminator'],
  2: ['discriminator', 'discriminatorGradient'],
  3: ['discriminatorGradient'],
  4: ['discriminator'],
  5: ['discriminatorGradient'],
  6: ['generatorGradient'],
};

/** In a judged step images come down, one batch to learn from and one to judge; the gradient at the judged and one number, their score, go up. */
const JUDGED_CONTENTS: Readonly<Partial<Record<`${Exchange} ${Direction}`, readonly ExchangeTensorName[]>>> =
  {
    '1 down': ['fakes', 'judged'],
    '2 up': ['judgedGradient', 'realism'],
  };

/** What one message of a training step must hold, no more and no less; nothing at all where the device has all networks. */
export function exchangeTensors(
  spec: GanSpec,
  cut: Cut,
  batch: number,
  exchange: Exchange,
  direction: Direction,
): readonly ExchangeTensorSpec[] {
  const schedule = scheduleOf(cut);
  if (schedule === 'local' || schedule === 'twin') return [];
  if (schedule === 'judged')
    return (JUDGED_CONTENTS[`${exchange} ${direction}`] ?? []).map((name) => ({
      name,
      shape: name === 'realism' ? [1] : [batch, ...spec.imageShape],
    }));
  return SPLIT_CONTENTS[exchange].map((name) => {
    const network = name.startsWith('generator') ? spec.generator : spec.discriminator;
    const { headOutput, tailInput } = boundaryShapes(network, cut);
    const atHead = (direction === 'up') !== isGradient(name);
    return { name, shape: [batch, ...(atHead ? headOutput : tailInput)] };
  });
}

/** Whether the exchange tensor of that name is the gradient of an activation. */
export function isGradient(name: string): boolean {
  return name.endsWith('Gradient');
}

/**
 * What a preview's message must hold: the generator's activation at the head (up) or at the tail (down). Where the
 * coordinator has the whole generator nothing goes up and images come down; a local device draws its own.
 */
export function previewTensors(
  spec: GanSpec,
  cut: Cut,
  batch: number,
  direction: Direction,
): readonly ExchangeTensorSpec[] {
  if (scheduleOf(cut) !== 'split' && direction === 'up') return [];
  const { headOutput, tailInput } = boundaryShapes(spec.generator, cut);
  return [{ name: 'generator', shape: [batch, ...(direction === 'up' ? headOutput : tailInput)] }];
}

/** Per-sample shapes at the two places where a device's network is divided. */
function boundaryShapes(network: NetworkSpec, cut: Cut) {
  const { head, tailFrom } = deviceBlocks(network, cut);
  const shapes = cutShapes(network);
  return { headOutput: shapes[head] ?? [], tailInput: shapes[tailFrom - 1] ?? [] };
}
