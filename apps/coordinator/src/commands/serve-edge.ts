// What an edge starts with: its cloud's settings, or those that it kept where the cloud does not answer.
import type { RunSettings } from '@tessera/core/protocol';
import { CommandFailure, type Io } from '../cli/index.ts';
import { type Config, DEFAULT_RUN, loadEdgeConfig } from '../config/index.ts';
import { lookUpRun } from '../device/index.ts';
import type { EdgeOptions } from '../serve/index.ts';
import { dataDirectoryOf, RunStore } from '../store/index.ts';
import { trustFor } from '../transport/index.ts';
import { type ServeGiven, serverOf } from './serve-options.ts';

export interface EdgeStart {
  readonly config: Config;
  readonly edge: EdgeOptions;
  /** Names the data directory where none is given. */
  readonly name: string;
}

/** Throws a CommandFailure or a TesseraError that says what does not fit. */
export async function edgeOf(
  given: ServeGiven,
  { cloud, community }: { readonly cloud: URL; readonly community: string },
  io: Io,
): Promise<EdgeStart> {
  const edge: EdgeOptions = { cloud, fingerprint: given['cloud-fingerprint'], joinCode: given['cloud-code'] };
  const nameFor = (id: string) => `${id}-${slug(community)}`;
  const settings = given.config === undefined ? await settingsFrom(edge, given, io) : undefined;
  const config = await loadEdgeConfig({
    settings,
    preset: DEFAULT_RUN,
    community,
    file: given.config,
    assignments: given.set,
    server: serverOf(given, io),
    cwd: io.cwd,
  });
  return { config, edge, name: nameFor(config.run.id) };
}

/** The cloud's settings; where it is away, those of the edge's own last checkpoint, if --data-dir says where that is. */
async function settingsFrom(
  { cloud, fingerprint }: EdgeOptions,
  given: ServeGiven,
  io: Io,
): Promise<RunSettings> {
  try {
    const there = await lookUpRun(cloud, await trustFor(cloud, fingerprint));
    if (there.tier === 'cloud') return there.settings;
  } catch (error) {
    const kept = await keptSettings(given, io);
    if (kept) {
      io.err(`The cloud at ${cloud.host} does not answer: this edge goes on with the settings that it kept.`);
      return kept;
    }
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(
      `${why} Start the cloud first (serve --tier cloud), or give --data-dir of an edge that has trained before, or --config.`,
      1,
      { cause: error },
    );
  }
  throw new CommandFailure(
    `At ${cloud.host} there is a coordinator, but no cloud: --cloud is the address of "serve --tier cloud".`,
    1,
  );
}

async function keptSettings(given: ServeGiven, io: Io): Promise<RunSettings | undefined> {
  const dataDir = given['data-dir'];
  if (dataDir === undefined) return undefined;
  const store = new RunStore(dataDirectoryOf('', { cwd: io.cwd, dataDir }));
  const { checkpoint } = await store.load({ sweep: false }).catch(() => ({ checkpoint: undefined }));
  return checkpoint?.settings;
}

/** A name as part of a folder's name. */
function slug(community: string): string {
  return (
    community
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'edge'
  );
}
