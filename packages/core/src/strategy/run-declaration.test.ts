import { describe, expect, test } from 'vitest';
import { declarationOf, runDeclaration, STRATEGY_NAMES, strategyOf } from './index.ts';

const run = (strategy: (typeof STRATEGY_NAMES)[number], data: 'images' | 'points') =>
  runDeclaration({ strategy, data, heldOutShare: 0.1, judgeEveryRounds: 5 });

describe('what a run declares', () => {
  test.each(STRATEGY_NAMES)('TIERDATA-39: by %s, in words of what its devices hold', (name) => {
    const images = run(name, 'images');
    expect(images).toEqual(declarationOf(strategyOf(name), true));
    const points = run(name, 'points');
    expect(points.promise).toMatch(/^Your points are never sent/);
    expect(JSON.stringify(points)).not.toMatch(/image|picture/);
    // Word for word the same but for the nouns, and as much of it.
    const nouns = /image|picture|point/g;
    expect(JSON.stringify(points).replaceAll(nouns, '')).toBe(JSON.stringify(images).replaceAll(nouns, ''));
  });
});
