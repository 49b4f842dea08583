// A plan by our own model: cuts, the six exchanges of a step, and the link that all devices share.
import { cganSpec } from '@tessera/core/architecture';
import {
  chooseCuts,
  cutCode,
  exchangeBytes,
  sharedLinkStep,
  SLOW_STEP_SECONDS,
  type TrafficSettings,
} from '@tessera/core/cut';
import { Random } from '@tessera/core/random';
import { renderTable } from '../cli/index.ts';
import type { Fleet } from './plan-fleet.ts';

/** How the plan is made. */
export interface MeasuredPlanOptions {
  readonly settings: TrafficSettings;
  readonly linkMegabits: number;
  readonly published: boolean;
  readonly seed: number;
}

/** Cuts and times, in the shape in which `plan --json` prints them. */
export type MeasuredPlan = ReturnType<typeof planMeasured>;

/** Chooses the cuts of a fleet. @throws RangeError when a profile was measured for other networks. */
export function planMeasured(fleet: Fleet, { settings, linkMegabits, published, seed }: MeasuredPlanOptions) {
  const shape = {
    spec: cganSpec({ width: settings.width }),
    batch: settings.batch,
    encoding: settings.encoding,
  };
  const linkBytesPerSecond = (linkMegabits * 1e6) / 8;
  const devices = fleet.parts.flatMap(({ count, profile }, part) =>
    Array.from({ length: count }, (_, index) => ({ id: `${part}/${index}`, profile, part })),
  );
  const run = { ...shape, linkBytesPerSecond };
  const chosen = chooseCuts(devices, fleet.coordinator, run, { random: new Random(seed), published });
  const nameOf = (id: string) => fleet.parts[Number(id.split('/')[0])]?.name ?? '';

  const parts = fleet.parts.map(({ name, count }, part) => {
    const id = `${part}/0`;
    const cut = chosen.cuts.get(id) ?? chosen.uniform.cut;
    const bytes = exchangeBytes(shape, cut).reduce((sum, { up, down }) => sum + up + down, 0);
    return {
      name,
      count,
      cut: cutCode(cut),
      profileClass: (chosen.classes.get(id) ?? 0) + 1,
      ownSeconds: chosen.deviceSeconds.get(id) ?? 0,
      bytesPerStep: bytes,
    };
  });
  const moved = parts.reduce((sum, { count, bytesPerStep }) => sum + count * bytesPerStep, 0);
  return {
    model: 'measured' as const,
    settings,
    devices: parts,
    exchanges: chosen.stages.map((stage) => ({ ...stage, slowestDevice: nameOf(stage.slowestDevice) })),
    stepSeconds: chosen.predictedStepSeconds,
    uniform: { cut: cutCode(chosen.uniform.cut), stepSeconds: chosen.uniform.stepSeconds },
    generations: chosen.generations,
    sharedLink: {
      megabits: linkMegabits,
      ...sharedLinkStep(moved / devices.length, devices.length, linkBytesPerSecond),
    },
  };
}

/** The plan for people. */
export function describeMeasured(plan: MeasuredPlan): string {
  const { settings, devices, exchanges, uniform, sharedLink } = plan;
  const count = devices.reduce((sum, device) => sum + device.count, 0);
  return [
    `${count} devices, width ${settings.width}, batch ${settings.batch}, ${settings.encoding}. A cut's digits are the blocks beyond the first at`,
    'generator head, generator tail, discriminator head, discriminator tail.',
    '',
    renderTable(
      ['profile', 'devices', 'class', 'cut', 'own s/step', 'MB/step'],
      devices.map((part) => [
        part.name,
        part.count,
        part.profileClass,
        part.cut,
        part.ownSeconds.toFixed(3),
        (part.bytesPerStep / 1e6).toFixed(2),
      ]),
    ),
    '',
    renderTable(
      ['exchange', 'slowest device', 'its s', 'shared link s', 'left over s', 'coordinator s', 'together s'],
      exchanges.map((exchange) => [
        exchange.exchange,
        exchange.slowestDevice,
        exchange.slowestDeviceSeconds.toFixed(3),
        exchange.sharedLinkSeconds.toFixed(3),
        exchange.leftOverSeconds.toFixed(3),
        exchange.coordinatorSeconds.toFixed(3),
        exchange.seconds.toFixed(3),
      ]),
    ),
    '',
    `Predicted step: ${plan.stepSeconds.toFixed(3)} s, found in ${plan.generations} generations. The best uniform cut, ${uniform.cut}, takes ${uniform.stepSeconds.toFixed(3)} s.`,
    `Shared link: ${(sharedLink.bytes / 1e6).toFixed(1)} MB a step from ${count} devices, ${sharedLink.seconds.toFixed(2)} s a step at ${sharedLink.megabits} Mbit/s.`,
  ].join('\n');
}

/** What deserves a warning, if anything does. */
export function warningOf({ sharedLink }: MeasuredPlan): string | undefined {
  if (!sharedLink.slow) return undefined;
  return `Warning: the shared link alone takes ${sharedLink.seconds.toFixed(1)} s a step, more than ${SLOW_STEP_SECONDS} s. Take fewer devices, a smaller --width or --batch, or a faster link.`;
}
