import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cganSpec, EXCHANGES, exchangeTensors, previewTensors, SHALLOWEST_CUT } from './index.ts';

const spec = cganSpec();
const cuts = fc.record({
  gHead: fc.constantFrom(1, 2),
  gTail: fc.constantFrom(1, 2),
  dHead: fc.constantFrom(1, 2),
  dTail: fc.constantFrom(1, 2),
});
/** Bytes of a step's tensors in one direction, as 32-bit floats. */
function bytes(direction: 'up' | 'down', batch: number): number {
  return EXCHANGES.flatMap((exchange) =>
    exchangeTensors(spec, SHALLOWEST_CUT, batch, exchange, direction),
  ).reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b), 0);
}

describe('what an exchange carries', () => {
  test('STEP-1: every exchange carries the tensors of the schedule, by name', () => {
    const names = EXCHANGES.map((exchange) =>
      exchangeTensors(spec, SHALLOWEST_CUT, 64, exchange, 'up').map(({ name }) => name),
    );
    expect(names).toEqual([
      ['generator', 'discriminator'],
      ['discriminator', 'discriminatorGradient'],
      ['discriminatorGradient'],
      ['discriminator'],
      ['discriminatorGradient'],
      ['generatorGradient'],
    ]);
  });

  test('STEP-1: the shallowest cuts of the paper move 55 MB a step at batch 64', () => {
    expect((bytes('up', 64) + bytes('down', 64)) / 1e6).toBeCloseTo(55, 0);
  });

  test('STEP-1: an activation goes up in the shape of the head and its gradient comes down in it', () => {
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 64 }), (cut, batch) => {
        const of = (exchange: 1 | 2 | 6, direction: 'up' | 'down') =>
          new Map(exchangeTensors(spec, cut, batch, exchange, direction).map((t) => [t.name, t.shape]));
        expect(of(1, 'up').get('discriminator')).toEqual(of(2, 'down').get('discriminatorGradient'));
        expect(of(1, 'down').get('discriminator')).toEqual(of(2, 'up').get('discriminatorGradient'));
        expect(of(1, 'up').get('generator')).toEqual(of(6, 'down').get('generatorGradient'));
        expect(of(1, 'down').get('generator')).toEqual(of(6, 'up').get('generatorGradient'));
        for (const direction of ['up', 'down'] as const) {
          expect(previewTensors(spec, cut, batch, direction)).toEqual([
            { name: 'generator', shape: of(1, direction).get('generator') },
          ]);
        }
      }),
    );
  });
});
