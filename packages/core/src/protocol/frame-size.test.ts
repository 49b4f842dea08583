import { describe, expect, test } from 'vitest';
import {
  cganSpec,
  EXCHANGES,
  exchangeTensors,
  exchangesOf,
  parametersOf,
  previewTensors,
  SHALLOWEST_CUT,
  wholeCut,
} from '../architecture/index.ts';
import { deviceParameters } from '../federate/index.ts';
import { ENCODINGS } from '../tensors/index.ts';
import { frameBytes } from './frame.ts';
import { maximumFrameBytes } from './frame-size.ts';
import { MAXIMUM_TENSORS } from './limits.ts';

describe('the largest frame of a run', () => {
  const spec = cganSpec();
  const deepest = { gHead: 2, gTail: 2, dHead: 2, dTail: 2 };

  test('WIRE-1: no message of a step or a preview is larger, whatever the cut', () => {
    const limit = maximumFrameBytes({ spec, batch: 64 });
    for (const cut of [SHALLOWEST_CUT, deepest])
      for (const direction of ['up', 'down'] as const) {
        for (const exchange of EXCHANGES)
          expect(
            frameBytes(exchangeTensors(spec, cut, 64, exchange, direction), 'float32'),
          ).toBeLessThanOrEqual(limit);
        expect(frameBytes(previewTensors(spec, cut, 10, direction), 'float32')).toBeLessThanOrEqual(limit);
      }
  });

  test('WIRE-1: the limit is the largest exchange itself, not a multiple of it', () => {
    // Exchange 1 down: the tail inputs [64, 28, 28, 64] and, with two blocks in the tail, [64, 7, 7, 128].
    const numbers = 64 * (28 * 28 * 64 + 7 * 7 * 128);
    const limit = maximumFrameBytes({ spec, batch: 64 });
    expect(limit).toBeGreaterThan(4 * numbers);
    expect(limit).toBeLessThan(4 * numbers + 200);
  });

  test('WIRE-1: the layers of the deepest cut fit, also where they are larger than any exchange', () => {
    const layers = [spec.generator, spec.discriminator].flatMap((network) =>
      [...parametersOf(network, 1, 2), ...parametersOf(network, 4)].map(({ name, shape }) => ({
        name: `${network.kind}.${name}`,
        shape,
      })),
    );
    expect(maximumFrameBytes({ spec, batch: 2 })).toBeGreaterThanOrEqual(frameBytes(layers, 'float32'));
  });

  test.each([
    ['fed-gan', 'local'],
    ['md-gan', 'judged'],
  ] as const)('STRAT-20: no frame of %s is larger, whatever it carries', (strategy, schedule) => {
    for (const batch of [2, 64, 256]) {
      const cut = wholeCut(spec, schedule);
      const contents = (['up', 'down'] as const).flatMap((direction) => [
        ...exchangesOf(schedule).map((exchange) => exchangeTensors(spec, cut, batch, exchange, direction)),
        previewTensors(spec, cut, 10, direction),
      ]);
      const bytes = [...contents, deviceParameters(spec, cut)].flatMap((tensors) =>
        ENCODINGS.map((encoding) => frameBytes(tensors, encoding)),
      );
      const limit = maximumFrameBytes({ spec, batch, strategy });
      expect(limit).toBeGreaterThanOrEqual(Math.max(...bytes));
      // A judge's limit may be that of both networks' layers, as a local device's is.
      const layers = frameBytes(deviceParameters(spec, wholeCut(spec, 'local')), 'float32');
      expect(limit).toBeLessThan(1.01 * Math.max(layers, ...bytes));
    }
  });

  test('WIRE-2: the layers of the longest networks are fewer than a frame may hold', () => {
    const long = cganSpec({ blocks: 9 });
    const count = parametersOf(long.generator).length + parametersOf(long.discriminator).length;
    expect(count).toBeLessThan(MAXIMUM_TENSORS);
    expect(maximumFrameBytes({ spec: long, batch: 256 })).toBeLessThan(2 ** 31);
  });
});
