import { describe, expect, test } from 'vitest';
import { drawsPoints, isConditional } from '../architecture/index.ts';
import {
  domainsBeside,
  maximumFrameBytes,
  namesOfShown,
  type RunSettings,
  runSettingsSchema,
  runSpec,
} from './index.ts';

function settings(own: Partial<RunSettings>): RunSettings {
  return runSettingsSchema.parse({ id: 'a', title: 'A', classes: ['0', '1', '2'], width: 1 / 16, ...own });
}

describe('the networks of a run', () => {
  test('TIERDATA-2: classes, domains or nothing decide what labels the networks know', () => {
    const classes = runSpec(settings({}));
    expect([classes.classes, isConditional(classes)]).toEqual([3, true]);
    const domains = runSpec(settings({ condition: 'domains', communities: ['a', 'b'] }));
    expect([domains.classes, isConditional(domains)]).toEqual([2, true]);
    const none = runSpec(settings({ condition: 'none' }));
    expect([none.classes, isConditional(none)]).toEqual([1, false]);
  });

  test('TIERDATA-1: points have networks of their own', () => {
    expect(drawsPoints(runSpec(settings({ data: 'points', condition: 'none' })))).toBe(true);
    expect(drawsPoints(runSpec(settings({})))).toBe(false);
  });

  test('TIERDATA-4: pictures bear the names of classes or domains, none without labels, and points are one picture', () => {
    expect(namesOfShown(settings({}))).toEqual(['0', '1', '2']);
    expect(namesOfShown(settings({ condition: 'domains', communities: ['a', 'b'] }))).toEqual(['a', 'b']);
    expect(namesOfShown(settings({ condition: 'none' }))).toEqual(new Array(10).fill(''));
    expect(namesOfShown(settings({ data: 'points' }))).toEqual(['']);
  });

  test('TIER-29: an edge with a domain draws in every domain unless it is told to draw its own alone', () => {
    const domains: Partial<RunSettings> = { condition: 'domains', communities: ['a', 'b', 'c'] };
    const drawnIn = (own: Partial<RunSettings>) => domainsBeside(settings({ ...domains, ...own }));
    expect(drawnIn({ strategy: 'lr-async' })).toBe(3);
    expect(drawnIn({ strategy: 'lr-async', batchStatistics: 'own-domain' })).toBe(1);
    // Without a tier above, or a domain, batches are mixed as it is.
    expect(drawnIn({ strategy: 'md-gan' })).toBe(1);
    expect(drawnIn({ strategy: 'fr-sync', condition: 'none' })).toBe(1);
  });

  test('TIERDATA-4: the largest frame has room for what is shown', () => {
    const spec = runSpec(settings({ data: 'points', condition: 'none', width: 1 / 16 }));
    const options = { spec, batch: 2, strategy: 'md-gan' } as const;
    expect(maximumFrameBytes(options)).toBeGreaterThan(256 * 2 * 4);
  });
});
