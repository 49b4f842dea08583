// Classifiers on TensorFlow; in a file of its own, because a process holds one engine.
import { memory } from '@tensorflow/tfjs-core';
import { mostProbable, trainClassifier } from '@tessera/core/metrics';
import { describe, expect, it } from 'vitest';
import { EngineRefusal, startEngine } from '../engine/index.ts';
import { corners } from './testing/corners.ts';

const refusal = await started();

describe('classifiers on TensorFlow', () => {
  if (refusal !== undefined) {
    it.skip(`MET-7: NOT RUN on tensorflow: ${refusal}`);
    return;
  }
  it.each(['scorer', 'classifier'] as const)(
    'MET-7: the %s learns, the same to the last bit for the same seed, and leaves no tensor',
    async (kind) => {
      const before = memory().numTensors;
      const test = corners(400, 2);
      const train = async () => {
        const classifier = await trainClassifier({
          set: corners(512, 1),
          classes: 4,
          kind,
          epochs: 5,
          seed: 0,
        });
        const probabilities = await classifier.probabilities(test.images);
        classifier.dispose();
        return probabilities;
      };
      const first = await train();
      const right = mostProbable(first, 4).filter((answer, i) => answer === test.labels[i]).length;
      expect(right / 400).toBeGreaterThan(0.97);
      expect(await train()).toEqual(first);
      expect(memory().numTensors).toBe(before);
    },
  );
});

/** Why TensorFlow is not to be had on this machine; nothing when it runs. */
async function started(): Promise<string | undefined> {
  if (process.env.TESSERA_NO_NATIVE === '1') return 'left out with --no-native';
  try {
    await startEngine({ engine: 'tensorflow', env: process.env });
    return undefined;
  } catch (error) {
    if (error instanceof EngineRefusal) return error.message;
    throw error;
  }
}
