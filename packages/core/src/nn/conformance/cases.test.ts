import { memory } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { Random } from '../../random.ts';
import { describeBackends } from '../testing/backends.ts';
import { conformanceCases, CONFORMANCE_TOLERANCE } from './cases.ts';

describeBackends((backend) => {
  test.each(conformanceCases(new Random(`conformance`)))(
    `NN-2: $name on ${backend} gives the numbers of its definition and leaves no tensor behind`,
    async (check) => {
      const before = memory().numTensors;
      expect(await check.run()).toBeLessThan(CONFORMANCE_TOLERANCE / 10);
      expect(memory().numTensors).toBe(before);
    },
  );

  test.each(['a', 'b', 'c'])(
    `NN-2: other shapes and numbers (seed %s) agree on ${backend} as well`,
    async (seed) => {
      for (const check of conformanceCases(new Random(seed)))
        expect({ [check.name]: (await check.run()) < CONFORMANCE_TOLERANCE }).toEqual({ [check.name]: true });
    },
  );
});
