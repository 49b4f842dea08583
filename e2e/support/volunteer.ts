// A volunteer's page, used as a person uses it.
import { expect, type Page } from '@playwright/test';

/** Opens the page, uses drawn images of the domain, and starts training. */
export async function takePart(
  page: Page,
  what: { readonly url: string; readonly name: string; readonly domain: 'Pen' | 'Marker' | 'Segments' },
): Promise<void> {
  await page.goto(what.url);
  await page.getByRole('button', { name: what.domain, exact: true }).click();
  const name = page.getByLabel('Name on the host’s screen');
  await name.fill(what.name);
  const start = page.getByRole('button', { name: 'Start training' });
  // The engine compiles and verifies itself first; software WebGPU takes its time.
  await expect(start).toBeEnabled({ timeout: 240_000 });
  await start.click();
}
