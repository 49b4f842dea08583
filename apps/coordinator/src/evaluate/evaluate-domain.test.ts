import { memory } from '@tensorflow/tfjs-core';
import { type Classifier, trainClassifier } from '@tessera/core/metrics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../engine/index.ts';
import { domainReference, type DomainReference, evaluateDomain, type EvaluationProgress } from './index.ts';
import { cornerGenerator, corners } from './testing/corners.ts';

const settings = { scoreSamples: 600, classifierSamples: 512, classifierEpochs: 3 };

let scorer: Classifier;
let reference: DomainReference;
beforeAll(async () => {
  await startEngine({ engine: 'wasm', env: process.env });
  scorer = await trainClassifier({ set: corners(512, 1), classes: 4, kind: 'scorer', epochs: 10, seed: 0 });
  reference = await domainReference({ test: corners(400, 2), scorer });
});
afterAll(() => scorer.dispose());

function evaluate(change: Partial<Parameters<typeof evaluateDomain>[0]>) {
  return evaluateDomain({ reference, settings, seed: 3, sample: cornerGenerator(), ...change });
}

describe('scores', () => {
  it('MET-9: a generator that draws as the domain does scores as high as can be, near the test images', async () => {
    const found = await evaluate({});
    expect(found.realAccuracy).toBeGreaterThan(97);
    expect(found.score).toBeGreaterThan(3.7);
    expect(found.score).toBeLessThanOrEqual(4);
    expect(Math.abs(found.score - found.realScore)).toBeLessThan(0.1);
    expect(found.coverage.covered).toBe(4);
    expect(found.coverage.entropy).toBeGreaterThan(1.37);
    expect(found.accuracy).toBeUndefined();
  });

  it('MET-9: one that draws a single class scores 1, covers one class and is far from the test images', async () => {
    const good = await evaluate({});
    const collapsed = await evaluate({ sample: cornerGenerator(() => 2) });
    expect(collapsed.score).toBeLessThan(1.2);
    expect(collapsed.coverage.covered).toBe(1);
    expect(collapsed.coverage.shares[2]).toBeGreaterThan(0.95);
    expect(collapsed.frechet).toBeGreaterThan(20 * good.frechet);
  });

  it('MET-9: the same seed gives the same numbers, and nothing is left on the engine', async () => {
    const before = memory().numTensors;
    const first = await evaluate({ full: true, settings: { ...settings, classifierEpochs: 1 } });
    expect(await evaluate({ full: true, settings: { ...settings, classifierEpochs: 1 } })).toEqual(first);
    expect(await evaluate({ seed: 4 })).not.toMatchObject({ frechet: first.frechet });
    expect(memory().numTensors).toBe(before);
  });
});

describe('trained on synthetic images, tested on real ones', () => {
  it('MET-10: a classifier learns the domain from a good generator', async () => {
    const found = await evaluate({ full: true });
    for (const share of [found.accuracy, found.precision, found.recall, found.f1])
      expect(share).toBeGreaterThan(95);
    expect(found.fpr).toBeLessThan(2);
  });

  it('MET-10: from one whose labels mean other classes it learns those', async () => {
    const turned = cornerGenerator((label) => (label + 1) % 4);
    expect((await evaluate({ full: true, sample: turned })).accuracy).toBeLessThan(5);
  });

  it('MET-10: where the scorer gives the labels, those of the generator mean nothing', async () => {
    const turned = cornerGenerator((label) => (label + 1) % 4);
    const found = await evaluate({
      full: true,
      sample: turned,
      settings: { ...settings, labels: 'by-scorer' },
    });
    expect(found.accuracy).toBeGreaterThan(95);
  });
});

describe('on the way', () => {
  it('MET-11: tells how far it is, stage by stage', async () => {
    const told: EvaluationProgress[] = [];
    await evaluate({ full: true, onProgress: (now) => told.push(now) });
    const last = (stage: string) => told.filter((now) => now.stage === stage).at(-1);
    expect(last('drawing')).toMatchObject({ done: 600, total: 600 });
    expect(last('drawing for the classifier')).toMatchObject({ done: 512, total: 512 });
    expect(last('training the classifier')).toMatchObject({ done: 1536, total: 1536 });
  });

  it.each(['drawing', 'drawing for the classifier', 'training the classifier'])(
    'MET-11: can be stopped while %s, and leaves nothing',
    async (stage) => {
      const before = memory().numTensors;
      const abort = new AbortController();
      const stopped = evaluate({
        full: true,
        signal: abort.signal,
        onProgress: (now) => now.stage === stage && abort.abort(new Error(`stopped while ${stage}`)),
      });
      await expect(stopped).rejects.toThrow(`stopped while ${stage}`);
      expect(memory().numTensors).toBe(before);
    },
  );

  it('MET-11: a generator of other shapes, or whose training diverged, is refused in words', async () => {
    const wide = cornerGenerator();
    const reshaped = evaluate({
      sample: async (labels, seed) => ({ ...(await wide(labels, seed)), shape: [labels.length, 6, 24, 1] }),
    });
    await expect(reshaped).rejects.toThrow('drew 256x6x24x1 where 256x12x12x1 was asked for');
    const spoilt = evaluate({
      sample: async (labels, seed) => {
        const drawn = await wide(labels, seed);
        drawn.data[7] = NaN;
        return drawn;
      },
    });
    await expect(spoilt).rejects.toThrow('its training diverged');
  });
});
