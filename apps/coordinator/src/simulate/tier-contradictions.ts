// What an experiment's communities, condition and strategy ask of one another.
import { type StrategyName, strategyOf } from '@tessera/core/strategy';
import { communitiesOf } from './communities.ts';
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

/** What a strategy tells its networks, and how published results are matched. */
function ofCondition(experiment: Experiment): Fault[] {
  const { run, strategy, publishedTable } = experiment;
  const { title, regularised } = strategyOf(strategy);
  const wanted = conditionOf(strategy);
  const faults: Fault[] = [];
  if (wanted && run.condition !== wanted)
    faults.push({
      at: ['run', 'condition'],
      fault: `${title} needs run.condition ${wanted}: its networks ${wanted === 'none' ? 'are told no labels' : 'are told the community, and no classes'}`,
    });
  if (regularised && communitiesOf(experiment).length < 2)
    faults.push({
      at: ['domains'],
      fault: `${title} pairs images of two domains: name at least two domains, or two communities`,
    });
  const ofTable = publishedTable && (publishedTable.table === 1 ? 'none' : 'domains');
  if (ofTable && run.condition !== ofTable)
    faults.push({
      at: ['publishedTable'],
      fault: `table ${publishedTable.table} is about runs with run.condition ${ofTable}`,
    });
  return faults;
}

/** The one condition that a strategy can train with; undefined: any. */
function conditionOf(strategy: StrategyName): 'domains' | 'none' | undefined {
  const { tiers, regularised } = strategyOf(strategy);
  if (regularised || tiers?.related === 'label') return 'domains';
  return tiers && 'none';
}
