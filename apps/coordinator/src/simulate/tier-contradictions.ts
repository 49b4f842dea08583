// What an experiment's communities, condition and strategy ask of one another.
import { strategyOf } from '@tessera/core/strategy';
import type { Experiment } from './experiment.ts';

interface Fault {
  readonly at: readonly PropertyKey[];
  readonly fault: string;
}

/** Everything that does not go together. */
export function tierContradictions(experiment: Experiment): Fault[] {
  return [...ofCommunities(experiment), ...ofCondition(experiment)];
}

function ofCommunities({ tiers, domains }: Experiment): Fault[] {
  if (!tiers) return [];
  const { communities } = tiers;
  const names = communities.map(({ name }) => name);
  const known = domains.map(({ name }) => name);
  return [
    ...communities.flatMap(({ name, domain }, i): Fault[] => [
      ...(known.includes(domain)
        ? []
        : [
            {
              at: ['tiers', 'communities', i, 'domain'],
              fault: `the community ${name} has images of ${domain}, and the domains are ${known.join(', ')}`,
            },
          ]),
      ...(names.indexOf(name) < i
        ? [{ at: ['tiers', 'communities', i, 'name'], fault: `two communities are called ${name}` }]
        : []),
    ]),
    ...domains.flatMap(({ name, devices }, i): Fault[] => [
      ...(communities.some(({ domain }) => domain === name)
        ? []
        : [{ at: ['domains', i], fault: `no community has images of ${name}` }]),
      ...(devices === undefined
        ? []
        : [
            {
              at: ['domains', i, 'devices'],
              fault: 'with tiers, the communities say how many devices there are: leave devices out here',
            },
          ]),
    ]),
  ];
}

/** What a strategy in three tiers tells its networks, and how published results are matched. */
function ofCondition({ run, strategy, publishedTable }: Experiment): Fault[] {
  const { tiers, title } = strategyOf(strategy);
  const wanted = tiers && (tiers.related === 'label' ? 'domains' : 'none');
  const faults: Fault[] = [];
  if (wanted && run.condition !== wanted)
    faults.push({
      at: ['run', 'condition'],
      fault: `${title} needs run.condition ${wanted}: its networks ${wanted === 'none' ? 'are told no labels' : 'are told the community, and no classes'}`,
    });
  const ofTable = publishedTable && (publishedTable.table === 1 ? 'none' : 'domains');
  if (ofTable && run.condition !== ofTable)
    faults.push({
      at: ['publishedTable'],
      fault: `table ${publishedTable.table} is about runs with run.condition ${ofTable}`,
    });
  return faults;
}
