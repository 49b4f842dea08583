// Every device: what it is, what it holds, what it counted, and what it sent.
import type { DeviceResults, Results } from '@tessera/core/report';
import { bytes, count, counted, decimal, share } from './format.ts';
import type { Section } from './frame.ts';
import { groupBadge } from './groups.ts';
import { html, type HtmlValue } from './html.ts';
import { table } from './table.ts';

/** More devices than these are folded. */
const MAX_OPEN_ROWS = 24;

/** The per-device table. */
export function devicesSection({ devices, clusters, samples }: Results): Section {
  const groups = clusters.at(-1)?.assignment ?? {};
  const content = table({
    caption: 'Devices at the end of the run',
    columns: [
      { title: 'Device' },
      { title: 'Domain' },
      { title: 'Group' },
      { title: 'Profile' },
      { title: 'Images', number: true },
      { title: 'Without classes' },
      { title: 'Blocks: generator' },
      { title: 'Blocks: discriminator' },
      { title: 'Weight', number: true },
      { title: 'Steps missed', number: true },
    ],
    rows: devices.map((device) => ({
      cells: [
        device.id,
        device.domain,
        groupOf(groups[device.id]),
        device.profile,
        count(device.samples),
        excluded(device, classesOf(device.domain, samples)),
        device.cut ? `${device.cut.gHead} + ${device.cut.gTail}` : 'all',
        device.cut ? `${device.cut.dHead} + ${device.cut.dTail}` : 'all',
        decimal(device.weight, 4),
        count(device.stepsMissed),
      ],
    })),
  });
  return {
    id: 'devices',
    title: 'Devices',
    body: html`<p class="small quiet">
        Blocks are those that the device holds, head + tail; the others are the coordinator’s. The weight is
        the device’s share in the last average of its group.
      </p>
      ${folded(content, devices.length)}`,
  };
}

/** The traffic table. */
export function trafficSection({ devices, traffic, rounds }: Results): Section {
  const steps = rounds.reduce((sum, round) => sum + round.steps, 0);
  const perStep = (value: number) => bytes(steps === 0 ? null : value / steps);
  const content = table({
    caption: 'Sent by and to each device in the whole run',
    columns: [
      { title: 'Device' },
      { title: 'Up', number: true },
      { title: 'Down', number: true },
      { title: 'Up, per step', number: true },
      { title: 'Down, per step', number: true },
      { title: 'Share of all', number: true },
    ],
    rows: [
      ...devices.map(({ id, bytesUp, bytesDown }) => ({
        cells: [
          id,
          bytes(bytesUp),
          bytes(bytesDown),
          perStep(bytesUp),
          perStep(bytesDown),
          share(shareOf(bytesUp + bytesDown, traffic.bytesUp + traffic.bytesDown), 1),
        ],
      })),
      {
        style: 'sum',
        cells: [
          'All devices',
          bytes(traffic.bytesUp),
          bytes(traffic.bytesDown),
          perStep(traffic.bytesUp),
          perStep(traffic.bytesDown),
          '',
        ],
      },
      ...(traffic.cloudUp === undefined || traffic.cloudDown === undefined
        ? []
        : [
            {
              style: 'minor' as const,
              cells: [
                'Besides, between edges and cloud',
                bytes(traffic.cloudUp),
                bytes(traffic.cloudDown),
                perStep(traffic.cloudUp),
                perStep(traffic.cloudDown),
                '',
              ],
            },
          ]),
    ],
  });
  return {
    id: 'traffic',
    title: 'Traffic',
    body: html`<p>
        ${bytes(traffic.bytesPerStep)} a step for all devices together, ${bytes(traffic.perDevicePerStep)} for
        one, both directions.
      </p>
      ${folded(content, devices.length)}`,
  };
}

function folded(content: HtmlValue, rows: number): HtmlValue {
  return rows > MAX_OPEN_ROWS
    ? html`<details>
        <summary>${counted(rows, 'device')}</summary>
        ${content}
      </details>`
    : content;
}

function groupOf(group: number | undefined): HtmlValue {
  return group === undefined ? '–' : groupBadge(group);
}

function excluded({ excluded: labels }: DeviceResults, classes: readonly string[]): string {
  return labels.length === 0 ? 'none' : labels.map((label) => classes[label] ?? String(label)).join(', ');
}

function classesOf(domain: string, samples: Results['samples']): readonly string[] {
  return samples.find((sample) => sample.domain === domain)?.classes ?? [];
}

function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
