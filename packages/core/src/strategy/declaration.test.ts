import { describe, expect, test } from 'vitest';
import { ALWAYS_KEPT, ALWAYS_SENT, declarationOf, STRATEGY_NAMES, strategyOf } from './index.ts';
import type { Strategy } from './strategy.ts';
import { withDeclarations } from './what-is-sent-page.ts';

const DOCS = '../../../../docs';

/** The page as it is: Vite gives it as text. */
async function pageAsItIs(): Promise<string> {
  const module: unknown = await import(`${DOCS}/what-is-sent.md?raw`);
  return (module as { readonly default: string }).default; // Vite's own form
}

describe('what a strategy declares', () => {
  test.each(STRATEGY_NAMES)(
    'LIVE-1: %s says in whole sentences what leaves, when and what it tells',
    (name) => {
      const { promise, stays, goes } = declarationOf(strategyOf(name));
      expect(promise).toMatch(/^Your pictures are never sent[;,:] .{20,}\.$/);
      expect(stays).toEqual(expect.arrayContaining([...ALWAYS_KEPT]));
      expect(goes.slice(-ALWAYS_SENT.length)).toEqual(ALWAYS_SENT);
      expect(goes.length).toBeGreaterThan(ALWAYS_SENT.length);
      for (const { what, tells, passedOn } of goes) {
        expect(what).toMatch(/^[A-Z].{10,}[^.]$/);
        for (const words of [tells, ...(passedOn === undefined ? [] : [passedOn])])
          expect(words).toMatch(/^[A-Z].{10,}\.$/);
      }
    },
  );

  test('LIVE-1: the weights of a round are declared by every strategy, activations by those that split', () => {
    const { step, round } = { step: 'every step', round: 'every round' } as const;
    for (const name of STRATEGY_NAMES) {
      const { sends, schedule, keeps, keepsDiscriminator } = strategyOf(name);
      const said = (when: string) => sends.filter((sending) => sending.when === when).map(({ what }) => what);
      if (keepsDiscriminator) expect(keeps.join()).toMatch(/discriminator, whole/);
      else expect(said(round).join()).toMatch(/weights/);
      if (schedule === 'split') expect(said(step).join()).toMatch(/outputs of your first layers.*gradients/);
      if (schedule === 'judged') expect(said(step).join()).toMatch(/gradient/);
      if (schedule === 'local' || schedule === 'twin') expect(said(step)).toEqual([]);
    }
  });

  test('JUDGE-10: the two counts are declared where devices judge, and nowhere else', () => {
    for (const name of STRATEGY_NAMES) {
      const told = (judges: boolean) =>
        declarationOf(strategyOf(name), judges).goes.filter(({ what }) => /two counts/i.test(what));
      expect(told(true)).toMatchObject([{ when: 'after some rounds' }]);
      expect(told(false)).toEqual([]);
    }
  });

  test('LIVE-2: whoever shares generated images declares it', () => {
    const sharing: Strategy = {
      ...strategyOf('fed-gan'),
      sends: [{ what: 'Generated images', when: 'every round', tells: 'All of it.', synthetic: true }],
    };
    expect(declarationOf(sharing).synthetic).toBe(true);
    expect(declarationOf(strategyOf('fed-gan')).synthetic).toBe(false);
  });

  test('LIVE-3: docs/what-is-sent.md says what every live strategy declares', async () => {
    const page = withDeclarations(await pageAsItIs());
    for (const name of STRATEGY_NAMES)
      expect({ name, told: page.includes(`(\`${name}\`)`) }).toEqual({ name, told: strategyOf(name).live });
    await expect(page).toMatchFileSnapshot(`${DOCS}/what-is-sent.md`);
  });

  test('LIVE-3: a page without the marks is refused instead of written anew', () => {
    expect(() => withDeclarations('# What is sent')).toThrow('docs/what-is-sent.md needs the lines');
  });
});
