// The settings of the run that an experiment makes.
import { type RunSettings, runSettingsSchema } from '@tessera/core/protocol';
import { strategyOf } from '@tessera/core/strategy';
import { CommandFailure } from '../cli/index.ts';
import type { Domain } from '../domains/index.ts';
import { communitiesOf } from './communities.ts';
import type { Experiment } from './experiment.ts';
import { isPoints } from './judged-domains.ts';

/** Names the run within an experiment's folder. */
export const RUN_ID = 'experiment';

/**
 * Throws a CommandFailure when a domain has one class that a generator is to know, when domains have not the same number of
 * classes, or when some are points and some images.
 */
export function requireClasses({ run }: Pick<Experiment, 'run'>, domains: readonly Domain[]): void {
  const [first] = domains;
  const faults = domains.flatMap(({ name, classes, train }) => {
    if (first && isPoints(train) !== isPoints(first.train))
      return `${name} and ${first.name} do not go together: one holds points, the other images.`;
    if (isPoints(train)) return [];
    if (run.condition === 'classes' && new Set(train.labels).size < 2)
      return `${name} has images of one class only, and nobody can tell its images apart: take data with two classes or more.`;
    if (first && classes.length !== first.classes.length)
      return `The domains must have as many classes: ${first.name} has ${first.classes.length}, ${name} has ${classes.length}.`;
    return [];
  });
  if (faults.length > 0) throw new CommandFailure(faults.join('\n'), 2);
}

/** Whether the run must know its communities: to tell domains apart, or to have an edge for each. */
export function needsCommunities({ run, strategy }: Pick<Experiment, 'run' | 'strategy'>): boolean {
  return run.condition === 'domains' || strategyOf(strategy).tiers !== undefined;
}

/** Half of the devices may be lost, as long as those that are there can go on; of three tiers half of the smallest community's. */
function fewestDevices(experiment: Experiment, devices: number): number {
  const { pooled, tiers } = strategyOf(experiment.strategy);
  if (pooled) return 1;
  const together = tiers ? Math.min(...communitiesOf(experiment).map((own) => own.devices)) : devices;
  return Math.max(1, Math.ceil(together / 2));
}

/** What a run of these domains, which have as many classes, is told. */
export function settingsOfRun(
  experiment: Experiment,
  domains: readonly Domain[],
  devices: number,
): RunSettings {
  const [first] = domains;
  if (!first) throw new RangeError('an experiment has at least one domain');
  return runSettingsSchema.parse({
    ...experiment.run,
    data: isPoints(first.train) ? 'points' : 'images',
    // Domains are told apart, or the run has tiers.
    communities: needsCommunities(experiment) ? communitiesOf(experiment).map(({ name }) => name) : [],
    id: RUN_ID,
    title: experiment.title,
    // With several domains one number stands for a class of each.
    classes: domains.length === 1 ? first.classes : first.classes.map((_, index) => String(index)),
    strategy: experiment.strategy,
    seed: experiment.seed,
    minimumDevices: fewestDevices(experiment, devices),
    maximumDevices: Math.max(devices, experiment.devices),
  });
}
