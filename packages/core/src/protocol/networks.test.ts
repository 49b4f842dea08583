import { describe, expect, test } from 'vitest';
import { drawsPoints, isConditional } from '../architecture/index.ts';
import {
  coordinatorDrawsBeside,
  drawsBeside,
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

  test('STEP-21: who holds no more than half of the labels draws under others too, unless told to draw its own alone', () => {
    const drawn = (own: Partial<RunSettings>, labelsHeld = 1) => drawsBeside(settings(own), labelsHeld);
    const ten = { classes: Array.from('0123456789') };
    expect(drawn({ ...ten, strategy: 'huscf-gan' }, 5)).toBe(true);
    expect(drawn({ ...ten, strategy: 'huscf-gan' }, 6)).toBe(false);
    expect(drawn({ ...ten, strategy: 'fed-gan' })).toBe(true);
    expect(drawn({ ...ten, strategy: 'huscf-gan', batchStatistics: 'own-labels' })).toBe(false);
    // No label, or no other one.
    expect(drawn({ strategy: 'huscf-gan', condition: 'none' })).toBe(false);
    expect(drawn({ strategy: 'huscf-gan', classes: ['one'] })).toBe(false);
    // Steps that have no room for it.
    expect(drawn({ ...ten, strategy: 'hfl-gan' })).toBe(false);
    expect(drawn({ ...ten, strategy: 'reg-gan' })).toBe(false);
  });

  test('TIER-29: an edge with a domain draws in another one too; a coordinator that draws every class does not', () => {
    const drawn = (own: Partial<RunSettings>) => coordinatorDrawsBeside(settings(own));
    const domains: Partial<RunSettings> = { condition: 'domains', communities: ['a', 'b', 'c'] };
    expect(drawn({ ...domains, strategy: 'lr-async' })).toBe(true);
    expect(drawn({ ...domains, strategy: 'lr-async', batchStatistics: 'own-labels' })).toBe(false);
    expect(drawn({ strategy: 'md-gan' })).toBe(false);
    expect(drawn({ strategy: 'fr-sync' })).toBe(false);
  });

  test('TIERDATA-4: the largest frame has room for what is shown', () => {
    const spec = runSpec(settings({ data: 'points', condition: 'none', width: 1 / 16 }));
    const options = { spec, batch: 2, strategy: 'md-gan' } as const;
    expect(maximumFrameBytes(options)).toBeGreaterThan(256 * 2 * 4);
  });
});
