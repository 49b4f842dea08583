// What serve prints at its start: where to open the page, the host's own link, how others join.
import { SHALLOWEST_CUT } from '@tessera/core/architecture';
import { sharedLinkStep, SLOW_STEP_SECONDS, stepBytes } from '@tessera/core/cut';
import { runSpec } from '@tessera/core/protocol';
import { renderUnicodeCompact } from 'uqr';
import { PROGRAM } from '../cli/index.ts';
import type { Config } from '../config/index.ts';
import type { CloudServer } from './cloud.ts';
import type { Coordinator } from './coordinator.ts';
import type { EdgeOptions } from './edge.ts';

/** The host's own link; its fragment never leaves the browser. */
export function hostLink({ httpPort, hostKey }: Pick<Coordinator, 'httpPort' | 'hostKey'>): string {
  return `http://localhost:${httpPort}/run#key=${hostKey}`;
}

/** The lines of the start. */
export function announcement(coordinator: Coordinator, config: Config, edge?: EdgeOptions): string {
  const { communities, community } = config.run;
  return [
    '',
    `${config.run.title} (run ${config.run.id})${coordinator.resumed ? ', going on from its last checkpoint' : ''}`,
    ...(edge ? [`Edge of the community ${communities[community] ?? ''}; cloud at ${edge.cloud.href}`] : []),
    ...addresses(coordinator, config, 'Other devices'),
    '',
    trafficLine(config),
    'Ctrl-C pauses the run; starting again resumes it.',
    '',
  ].join('\n');
}

/** The lines of a cloud's start. */
export function cloudAnnouncement(cloud: CloudServer, config: Config): string {
  const { run } = config;
  const version = cloud.tiers().tree?.version ?? 0;
  const port = cloud.httpPort;
  return [
    '',
    `${run.title} (run ${run.id}), the cloud of ${run.communities.length} communities${cloud.resumed ? `, going on from version ${version}` : ''}`,
    `Communities: ${run.communities.join(', ')}`,
    ...addresses(cloud, config, 'Other machines'),
    '',
    'Each community needs an edge, on this machine or another:',
    ...run.communities
      .slice(0, 3)
      .map(
        (name) =>
          `  ${PROGRAM} serve --tier edge --cloud http://localhost:${port} --community ${quoted(name)}`,
      ),
    'Ctrl-C stops the cloud; its edges go on by themselves, and starting again resumes it.',
    '',
  ].join('\n');
}

function quoted(name: string): string {
  return /^[\w-]+$/.test(name) ? name : `"${name}"`;
}

/** Where it is reached, with a QR code for the network. */
function addresses(
  server: Pick<Coordinator, 'httpPort' | 'hostKey' | 'join'>,
  { server: { joinCode } }: Config,
  others: string,
): string[] {
  const { urls, fingerprint } = server.join();
  const network = urls.filter((url) => url.startsWith('https:'));
  return [
    '',
    `  On this machine   http://localhost:${server.httpPort}/`,
    ...network.map((url, i) => `  ${(i === 0 ? others : '').padEnd(15)}   ${url}`),
    `  Host's own link   ${hostLink(server)}`,
    '                    (keep it to yourself: whoever has it can start and stop the run)',
    ...(joinCode === undefined ? [] : [`  Join code         ${joinCode}`]),
    ...(network[0] === undefined
      ? []
      : ['', renderUnicodeCompact(network[0]), '', ...certificateHint(fingerprint)]),
  ];
}

function certificateHint(fingerprint: string | undefined): string[] {
  return [
    'Browsers on other devices warn once, because this machine made its own certificate: choose "Advanced", then',
    '"Continue". The connection is encrypted all the same, and without https there is no WebGPU.',
    ...(fingerprint === undefined ? [] : [`Fingerprint (SHA-256): ${fingerprint}`]),
  ];
}

/** Megabytes a step, and how many devices the shared link bears below five seconds a step. */
function trafficLine({ run, server }: Config): string {
  const bytes = stepBytes({ spec: runSpec(run), batch: run.batch, encoding: run.encoding }, SHALLOWEST_CUT);
  const link = (server.linkMegabitsPerSecond * 1e6) / 8;
  const { seconds, slow } = sharedLinkStep(bytes, server.expectedDevices, link);
  const most = Math.floor((SLOW_STEP_SECONDS * link) / bytes);
  const each = `${(bytes / 1e6).toFixed(1)} MB a device and step`;
  const warning = slow ? 'WARNING: ' : '';
  return `${warning}Traffic: ${each}; ${server.expectedDevices} devices on a link of ${server.linkMegabitsPerSecond} Mbit/s need ${seconds.toFixed(1)} s for a step, ${most} devices ${SLOW_STEP_SECONDS} s.`;
}
