// The run of a small lab in three tiers: digits, drawn with another tool in each community.
import { DRAWN_DOMAINS, type DrawnDomain } from '@tessera/core/data';
import type { DrawnSource } from './drawn-source.ts';
import { DEMO_RUN } from './presets.ts';

const NAMES: Readonly<Record<DrawnDomain, string>> = { pen: 'Pens', marker: 'Markers', segments: 'Segments' };

/** What the devices of a lab's community draw. */
export function labSource(community: number): DrawnSource {
  return { drawn: domainOf(community) };
}

/** The settings of a lab with so many communities. */
export function labRun(communities: number): Readonly<Record<string, unknown>> {
  return {
    ...DEMO_RUN,
    id: 'lab',
    title: 'Digits in three tiers',
    sentence:
      'A small lab: each community draws digits with its own tool, and the cloud joins what they learn.',
    strategy: 'fr-sync',
    communities: Array.from({ length: communities }, (_unused, community) => nameOf(community)),
    minimumDevices: 1,
    stepsPerRound: 10,
    rounds: 1_000,
  };
}

function domainOf(community: number): DrawnDomain {
  return DRAWN_DOMAINS[community % DRAWN_DOMAINS.length] ?? 'pen';
}

function nameOf(community: number): string {
  const turn = Math.floor(community / DRAWN_DOMAINS.length);
  const name = NAMES[domainOf(community)];
  return turn === 0 ? name : `${name} ${turn + 1}`;
}
