import { beforeAll, describe, expect, test } from 'vitest';
import { type Exchange, exchangeTensors, SHALLOWEST_CUT } from '../architecture/index.ts';
import { VirtualClock } from '../clock.ts';
import { deviceLayers } from '../federate/index.ts';
import { initialGan } from '../gan/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { runSpec } from '../protocol/index.ts';
import { Random } from '../random.ts';
import { elementCount, type NamedTensors } from '../tensors/index.ts';
import { smallRun } from '../testing/index.ts';
import { Trainer } from './trainer.ts';

beforeAll(() => useBackend('wasm'));

const settings = smallRun();
const spec = runSpec(settings);
const cut = SHALLOWEST_CUT;
const layers = deviceLayers(initialGan(spec, new Random(1)), spec, cut);

function newTrainer() {
  let drawn = 0;
  const random = new Random('images');
  const trainer = new Trainer({
    spec,
    settings,
    clock: new VirtualClock(),
    random: new Random('trainer'),
    images: {
      count: 64,
      shape: [28, 28, 1],
      classNames: settings.classes,
      labelsHeld: settings.classes.length,
      draw: (batch) => {
        drawn += 1;
        const images = Float32Array.from({ length: batch * 28 * 28 }, () => random.uniform(-1, 1));
        return { images, labels: new Int32Array(batch) };
      },
      setAside: () => undefined,
    },
  });
  return { trainer, drawn: () => drawn };
}

/** A step whose answers from the coordinator are noise. */
async function stepOnce(trainer: Trainer, step: number): Promise<void> {
  const random = new Random(`step ${step}`);
  const down = (exchange: Exchange): NamedTensors =>
    new Map(
      exchangeTensors(spec, cut, settings.batch, exchange, 'down').map(({ name, shape }) => [
        name,
        { shape, data: Float32Array.from({ length: elementCount(shape) }, () => random.normal()) },
      ]),
    );
  await trainer.beginStep(0, step);
  for (const exchange of [1, 2, 3, 4, 5] as const) {
    expect(trainer.isAwaiting(0, step, exchange)).toBe(true);
    await trainer.answer(exchange, down(exchange));
    expect(trainer.isAwaiting(0, step, exchange)).toBe(false);
  }
  await trainer.finishStep(down(6));
}

describe('the trainer', () => {
  test('DEV-24: the warm-up draws no image and leaves no trace in layers or moments', async () => {
    const { trainer, drawn } = newTrainer();
    await trainer.beginRound(cut, layers);
    expect(drawn()).toBe(0);
    expect(await trainer.layers()).toEqual(layers);
    trainer.commit();
    expect(trainer.committed.moments).toEqual({ steps: new Map(), moments: new Map() });
    trainer.dispose();
  });

  test('DEV-25: a commit keeps the layers and moments that were sent; a round that is not committed leaves none of its own', async () => {
    const { trainer } = newTrainer();
    await trainer.beginRound(cut, layers);
    await stepOnce(trainer, 0);
    const sent = await trainer.layers();
    expect(sent).not.toEqual(layers);
    trainer.commit();
    const { committed } = trainer;
    expect(committed.layers).toEqual(sent);
    expect(new Set(committed.moments?.steps.values())).toEqual(new Set([1]));

    await trainer.beginRound(cut, sent);
    await stepOnce(trainer, 0);
    await stepOnce(trainer, 1);
    await trainer.layers(); // Sent, but the round is abandoned.
    await trainer.beginRound(cut, sent);
    expect(trainer.committed).toBe(committed);
    expect(await trainer.layers()).toEqual(sent);
    trainer.commit();
    expect(trainer.committed.moments).toEqual(committed.moments);
    trainer.dispose();
  });

  test('DEV-26: stored segments are gone on from, and a step that is left in the middle keeps nothing', async () => {
    const first = newTrainer().trainer;
    await first.beginRound(cut, layers);
    await stepOnce(first, 0);
    await first.layers();
    first.commit();
    const second = newTrainer().trainer;
    second.restore(first.committed);
    await second.beginRound(cut, layers);
    await second.beginStep(0, 0);
    expect(second.step).toMatchObject({ round: 0, step: 0 });
    second.abandonStep();
    expect(second.step).toBeUndefined();
    await second.layers();
    second.commit();
    expect(second.committed.moments).toEqual(first.committed.moments);
    first.dispose();
    second.dispose();
  });
});
