import { beforeAll, expect, test } from 'vitest';
import { exchangeTensors, wholeCut } from '../architecture/index.ts';
import { VirtualClock } from '../clock.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { runSpec } from '../protocol/index.ts';
import { Random } from '../random.ts';
import { elementCount, type NamedTensors, tensorNamed } from '../tensors/index.ts';
import { smallRun } from '../testing/index.ts';
import { Trainer } from './trainer.ts';

beforeAll(() => useBackend('wasm'));

const EMBEDDING = 'discriminator.block1.embedding.weight';

test.each([
  ['lr-sync', 0],
  ['lr-sync', 1],
  ['lr-async', 1],
] as const)(
  'TIERDATA-3: %s, community %d: only its own domain is told to the discriminator, whatever the images show',
  async (strategy, community) => {
    const settings = smallRun({ strategy, condition: 'domains', communities: ['one', 'two'], community });
    const spec = runSpec(settings);
    const cut = wholeCut(spec, 'judged');
    const random = new Random('images');
    const drawn = (size: number) => Float32Array.from({ length: size }, () => random.uniform(-1, 1));
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
        // Classes that are the other domain's code.
        draw: (batch) => ({
          images: drawn(batch * 28 * 28),
          labels: new Int32Array(batch).fill(1 - community),
        }),
        setAside: () => undefined,
      },
    });
    await trainer.beginRound(cut, new Map());
    const kept = async () => {
      await trainer.layers();
      trainer.commit();
      return trainer.committed.layers ?? new Map();
    };
    const before = await kept();
    await trainer.beginStep(0, 0);
    const fakes = exchangeTensors(spec, cut, settings.batch, 1, 'down');
    await trainer.answer(
      1,
      new Map(fakes.map(({ name, shape }) => [name, { shape, data: drawn(elementCount(shape)) }])),
    );
    const after = await kept();
    const row = (values: NamedTensors, domain: number) => {
      const { data } = tensorNamed(values, EMBEDDING);
      return data.slice((domain * data.length) / 2, ((domain + 1) * data.length) / 2);
    };
    expect(row(after, community)).not.toEqual(row(before, community));
    expect(row(after, 1 - community)).toEqual(row(before, 1 - community));
    trainer.dispose();
  },
);
