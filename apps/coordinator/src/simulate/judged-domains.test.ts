import { GAUSSIAN_GRID, gaussianPoints, type ImageSet } from '@tessera/core/data';
import { Random } from '@tessera/core/random';
import { describe, expect, test } from 'vitest';
import type { Domain } from '../domains/index.ts';
import { askedFor } from './judge.ts';
import { judgedDomains, MIXTURE } from './judged-domains.ts';
import { judgePoints } from './points-judge.ts';

function domainOf(name: string, labels: readonly number[], classNames: readonly string[]): Domain {
  const set: ImageSet = {
    shape: [1, 1, 1],
    images: Uint8Array.from(labels, (label) => 10 * label + name.length),
    labels: Uint8Array.from(labels),
    classNames,
  };
  return { name, classes: classNames, train: set, test: set, notes: [] };
}

const A = domainOf('A', [0, 1], ['zero', 'one']);
const BB = domainOf('BB', [1, 0, 1], ['left', 'right']);

function judged(condition: 'classes' | 'domains' | 'none', domains: readonly Domain[]) {
  return judgedDomains({ run: { condition } as never }, domains);
}

describe('what generators are measured against', () => {
  test('TIERDATA-13: with classes each domain by itself', () => {
    expect(judged('classes', [A, BB]).map(({ name, asked }) => [name, asked.by])).toEqual([
      ['A', 'class'],
      ['BB', 'class'],
    ]);
  });

  test('TIERDATA-13: without labels the mixture, the classes of all domains side by side', () => {
    const [mixture, ...others] = judged('none', [A, BB]);
    expect(others).toEqual([]);
    expect(mixture).toMatchObject({ name: MIXTURE, classes: ['A: zero', 'A: one', 'BB: left', 'BB: right'] });
    expect([...(mixture?.train.labels ?? [])]).toEqual([0, 1, 3, 2, 3]);
    expect([...(mixture?.test.images ?? [])]).toEqual([1, 11, 12, 2, 12]);
  });

  test('TIERDATA-13: with domains the same classes in each, which are asked for in turn', () => {
    const [mixture] = judged('domains', [A, BB]);
    expect(mixture?.classes).toEqual(['zero', 'one']);
    expect([...(mixture?.train.labels ?? [])]).toEqual([0, 1, 1, 0, 1]);
    const asked = mixture?.asked ?? { by: 'class' };
    expect([...askedFor(Int32Array.of(9, 9, 9), asked)]).toEqual([0, 1, 0]);
    expect([...askedFor(Int32Array.of(9, 9), { by: 'class' })]).toEqual([9, 9]);
    // Looks are learned from real images of each domain, whatever their classes.
    if (asked.by === 'class') throw new Error('domains are asked for');
    expect(asked.sameClasses).toBe(true);
    expect(asked.looks?.classNames).toEqual(['A', 'BB']);
    expect([...(asked.looks?.labels ?? [])]).toEqual([0, 0, 1, 1, 1]);
    expect([...(asked.looks?.images ?? [])]).toEqual([1, 11, 12, 2, 12]);
    // Of images without classes the domains are told apart.
    const photo = domainOf('photo', [0, 0], ['shoe']);
    const sketch = domainOf('sketch', [0], ['shoe']);
    const [shoes] = judged('domains', [photo, sketch]);
    expect(shoes?.classes).toEqual(['photo: shoe', 'sketch: shoe']);
    expect(shoes?.asked).toMatchObject({ by: 'domain', sameClasses: false });
  });

  test('TIERDATA-13: points are judged by the modes that they hit', async () => {
    const points = (modes: readonly number[]) =>
      gaussianPoints({ grid: GAUSSIAN_GRID, modes, count: 90, random: new Random(1) });
    const [mixture] = judged(
      'none',
      [0, 1].map((mode) => {
        const set = points([mode]);
        return { name: String(mode), classes: set.classNames, train: set, test: set, notes: [] };
      }),
    );
    expect(mixture).toMatchObject({ kind: 'points', classes: { length: 9 } });
    const drawn = Float32Array.from(points([3, 7]).images, (byte) => byte / 127.5 - 1);
    const sample = () => Promise.resolve({ shape: [90, 1, 1, 2], data: drawn });
    const options = { grid: GAUSSIAN_GRID, count: 90, seed: 1 };
    expect((await judgePoints(sample, options)).hit).toBe(2);
    drawn[5] = NaN;
    await expect(judgePoints(sample, options)).rejects.toThrow('its training diverged');
  });
});
