// The settings of the run that an experiment makes.
import { type RunSettings, runSettingsSchema } from '@tessera/core/protocol';
import { strategyOf } from '@tessera/core/strategy';
import { CommandFailure } from '../cli/index.ts';
import type { Domain } from '../domains/index.ts';
import type { Experiment } from './experiment.ts';

/** Names the run within an experiment's folder. */
export const RUN_ID = 'experiment';

/** Throws a CommandFailure when the domains have not the same number of classes. */
export function settingsOfRun(
  experiment: Experiment,
  domains: readonly Domain[],
  devices: number,
): RunSettings {
  const [first] = domains;
  if (!first) throw new RangeError('an experiment has at least one domain');
  const other = domains.find(({ classes }) => classes.length !== first.classes.length);
  if (other)
    throw new CommandFailure(
      `The domains must have as many classes: ${first.name} has ${first.classes.length}, ${other.name} has ${other.classes.length}.`,
      2,
    );
  return runSettingsSchema.parse({
    ...experiment.run,
    id: RUN_ID,
    title: experiment.title,
    // With several domains one number stands for a class of each.
    classes: domains.length === 1 ? first.classes : first.classes.map((_, index) => String(index)),
    strategy: experiment.strategy,
    seed: experiment.seed,
    // Half of the devices may be lost, as long as those that are there can go on.
    minimumDevices: strategyOf(experiment.strategy).pooled ? 1 : Math.max(1, Math.ceil(devices / 2)),
    maximumDevices: Math.max(devices, experiment.devices),
  });
}
