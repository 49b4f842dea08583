// Every way in which a step may travel, besides the split one, with a browser among the devices.
import { expect, test } from '@playwright/test';
import { CoordinatorProcess, DeviceProcess } from './support/coordinator.ts';
import { takePart } from './support/volunteer.ts';

/** One strategy for each of the schedules local, twin and judged. */
for (const strategy of ['fed-gan', 'hfl-gan', 'md-gan'] as const) {
  test(`LIVE-10: a browser trains with a Node device by ${strategy} to the end`, async ({ page }) => {
    const coordinator = await CoordinatorProcess.start({
      run: { strategy, rounds: 3, stepsPerRound: 2, batch: 4 },
      flags: ['--start'],
    });
    const flags = ['--drawn', 'pen', '--limit', '200', '--engine', 'wasm', '--name', 'node'];
    const device = await DeviceProcess.start(coordinator.url, [
      ...flags,
      '--state',
      `${coordinator.folder}/node`,
    ]);
    try {
      await takePart(page, { url: `${coordinator.url}?engine=wasm`, name: 'browser', domain: 'Pen' });
      await expect.poll(async () => (await coordinator.view()).phase, { timeout: 240_000 }).toBe('finished');
      const { devices, losses, committedRound } = await coordinator.view();
      expect(committedRound).toBe(2);
      expect(devices.find(({ name }) => name === 'browser')).toMatchObject({
        backend: 'wasm',
        missesInARow: 0,
      });
      expect(losses.length).toBe(6);
      await expect(page.getByText(/Finished after 3 rounds/).first()).toBeVisible();
    } finally {
      await device.stop();
      await coordinator.stop();
    }
  });
}
