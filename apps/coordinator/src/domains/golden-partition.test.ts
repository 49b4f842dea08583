import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { partition, type Scenario } from '@tessera/core/data';
import { expect, test } from 'vitest';

interface GoldenScenario {
  readonly exclusions: Record<string, number[]>;
  readonly maxSamples: Record<string, number>;
}

/** The folder of reference numbers, on machines that have it. */
const golden = process.env.TESSERA_GOLDEN;

/** Enough images for every device, each class as often as any other. */
function domainOf(devices: number) {
  return {
    name: 'made',
    labels: Uint8Array.from({ length: 40_000 }, (_, i) => i % 10),
    classes: 10,
    devices,
  };
}

test.skipIf(golden === undefined)('PART-2: every exclusion and cap equals the golden file', () => {
  const file = readFileSync(join(golden ?? '', 'partitions-100-clients.json'), 'utf8');
  const scenarios = JSON.parse(file) as Record<string, GoldenScenario>;
  expect(Object.keys(scenarios)).toEqual(['2', '4', '5']);
  for (const [name, { exclusions, maxSamples }] of Object.entries(scenarios)) {
    const domains = (name === '2' ? [100] : [50, 50]).map(domainOf);
    const scenario = Number(name) as Scenario;
    const parts = partition(domains, { rule: { rule: 'authors', scenario }, seed: 0 });
    expect(parts.map(({ excluded }) => excluded)).toEqual(parts.map((_, i) => exclusions[i]));
    expect(parts.map(({ cap }) => cap)).toEqual(parts.map((_, i) => maxSamples[i]));
  }
});
