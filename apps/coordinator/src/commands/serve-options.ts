// The flags of serve, and what they say about the server.
import { resolve } from 'node:path';
import {
  choice,
  CommandFailure,
  flag,
  type Io,
  type OptionValues,
  text,
  texts,
  wholeNumber,
} from '../cli/index.ts';
import { ENGINE_NAMES } from '../engine/index.ts';

const MAX_PORT = 65_535;
/** Processes of a small lab on one machine. */
const MOST_EDGES = 9;
const MOST_DEVICES = 20;

export const serveOptions = {
  config: text('FILE', 'JSON file {"run": {…}, "server": {…}}; flags win over it'),
  set: texts(
    'KEY=VALUE',
    'A setting of the run, for example width=0.5 or \'title="Shapes"\'; may stand often',
  ),
  demo: flag('A run of drawn digits with three headless devices'),
  tier: choice(
    ['cloud', 'edge'],
    'One tier of a run in three: the cloud that joins communities, or the edge of one community',
  ),
  cloud: text('URL', "With --tier edge: the cloud's address"),
  community: text('NAME', 'With --tier edge: the community that this edge serves'),
  'cloud-fingerprint': text('SHA-256', "With --tier edge: the cloud's certificate, as it printed it"),
  'cloud-code': text('CODE', 'With --tier edge: the join code of the cloud, where it has one'),
  tiers: wholeNumber('N', 'A small lab of three tiers on this machine: a cloud, N edges, and their devices', {
    min: 1,
    max: MOST_EDGES,
  }),
  points: flag(
    'With --tiers: points of the plane instead of digits, around a mean of its own in each community',
  ),
  devices: wholeNumber('N', 'With --tiers: headless devices at each edge (default 2; with --points 1)', {
    min: 1,
    max: MOST_DEVICES,
  }),
  start: flag('Start training as soon as devices are here, without the host pressing Start'),
  fresh: flag('Put an earlier run of this data directory aside and start anew'),
  port: wholeNumber('N', 'Port of HTTP on this machine (default 7777; 0: any)', { max: MAX_PORT }),
  'https-port': wholeNumber('N', 'Port of HTTPS on the network (default 7778; 0: any)', { max: MAX_PORT }),
  'host-only-local': flag('No HTTPS: nothing beyond this machine can join'),
  'join-code': text('CODE', 'Ask every device for this code'),
  'data-dir': text('DIR', 'Checkpoints and samples (default .tessera/RUN under the current folder)'),
  cert: text('FILE', "One's own certificate (PEM), with --key"),
  key: text('FILE', "The certificate's key (PEM)"),
  engine: choice(ENGINE_NAMES, 'Take this engine instead of the best that works'),
  link: wholeNumber('MBIT', "The devices' shared link in Mbit/s (default 300)", { min: 1 }),
  'no-open': flag('Do not open a browser'),
  'log-json': flag('Log as JSON lines'),
};

/** The flags as given. */
export type ServeGiven = OptionValues<typeof serveOptions>;

/** Server settings from flags; undefined ones are not set. */
export function serverOf(given: ServeGiven, io: Io): Readonly<Record<string, unknown>> {
  const path = (file: string | undefined) => (file === undefined ? undefined : resolve(io.cwd, file));
  return {
    port: given.port,
    httpsPort: given['https-port'],
    hostOnlyLocal: given['host-only-local'] || undefined,
    joinCode: given['join-code'],
    dataDir: given['data-dir'],
    certificateFile: path(given.cert),
    keyFile: path(given.key),
    engine: given.engine,
    linkMegabitsPerSecond: given.link,
  };
}

/** What is served. */
export type ServeRole =
  | { readonly role: 'coordinator' }
  | { readonly role: 'cloud' }
  | { readonly role: 'lab'; readonly edges: number }
  | { readonly role: 'edge'; readonly cloud: URL; readonly community: string };

/** Throws a CommandFailure about flags that do not go together. */
export function roleOf(given: ServeGiven): ServeRole {
  const { tier, tiers, cloud, community, demo } = given;
  if (tiers !== undefined) {
    refuseWith('--tiers', {
      '--tier': tier,
      '--cloud': cloud,
      '--community': community,
      '--demo': demo || undefined,
    });
    return { role: 'lab', edges: tiers };
  }
  if (given.points)
    throw new CommandFailure(
      '--points is of use with --tiers only: a run of your own trains on points with --set data=points.',
      2,
    );
  if (given.devices !== undefined)
    throw new CommandFailure('--devices is of use with --tiers only: devices join an edge by themselves.', 2);
  if (demo) refuseWith('--demo', { '--tier': tier });
  if (tier !== 'edge')
    refuseWith(tier === undefined ? 'serve without --tier edge' : '--tier cloud', {
      '--cloud': cloud,
      '--community': community,
      '--cloud-fingerprint': given['cloud-fingerprint'],
      '--cloud-code': given['cloud-code'],
    });
  if (tier === undefined) return { role: 'coordinator' };
  if (tier === 'cloud') return { role: 'cloud' };
  if (cloud === undefined || community === undefined)
    throw new CommandFailure('--tier edge needs --cloud URL and --community NAME.', 2);
  const url = URL.canParse(cloud) ? new URL(cloud) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new CommandFailure(`--cloud must be an http or https address, not "${cloud}"`, 2);
  return { role: 'edge', cloud: url, community };
}

function refuseWith(what: string, others: Readonly<Record<string, unknown>>): void {
  const given = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length > 0) throw new CommandFailure(`${what} does not go with ${given.join(' and ')}.`, 2);
}
