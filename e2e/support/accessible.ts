// Looks a page over as people with other eyes, screens and hands meet it.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, type Page } from '@playwright/test';
import type axe from 'axe-core';

const axeScript = createRequire(import.meta.url).resolve('axe-core');
const WIDTHS = [360, 1600];
const SCHEMES = ['light', 'dark'] as const;

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/** Looks the page over at both widths and in both schemes. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(await readFile(axeScript, 'utf8'));
  for (const colorScheme of SCHEMES) {
    for (const width of WIDTHS) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      const violations = await page.evaluate(async () =>
        (await window.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
      );
      expect(violations, `${colorScheme}, ${width} pixels`).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, `scrolls sideways at ${width} pixels`).toBeLessThanOrEqual(0);
    }
  }
}
