// An edge's configuration: its cloud's settings, with the community that this edge serves.
import { type RunSettings, TesseraError } from '@tessera/core/protocol';
import { CommandFailure } from '../cli/index.ts';
import { type Config, type ConfigSources, loadConfig } from './load-config.ts';

export interface EdgeSources extends Omit<ConfigSources, 'preset'> {
  /** The cloud's settings, or those of the edge's own last checkpoint; absent: those of the file. */
  readonly settings: RunSettings | undefined;
  readonly preset: ConfigSources['preset'];
  /** Name of the community. */
  readonly community: string;
}

/** @throws CommandFailure that lists every fault; TesseraError 'unknown-community' with the names that there are. */
export async function loadEdgeConfig({
  settings,
  preset,
  community,
  ...sources
}: EdgeSources): Promise<Config> {
  const config = await loadConfig({ ...sources, preset: settings ?? preset });
  const { communities } = config.run;
  if (communities.length === 0)
    throw new CommandFailure(
      'The configuration names no communities: an edge needs run.communities, with its own among them.',
      2,
    );
  const index = communities.indexOf(community);
  if (index < 0)
    throw new TesseraError(
      'unknown-community',
      `There is no community "${community}" in this run; its communities are ${communities.join(', ')}.`,
    );
  return { ...config, run: { ...config.run, community: index } };
}
