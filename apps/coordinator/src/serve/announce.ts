// What serve prints at its start: where to open the page, the host's own link, how others join.
import { SHALLOWEST_CUT } from '@tessera/core/architecture';
import { sharedLinkStep, SLOW_STEP_SECONDS, stepBytes } from '@tessera/core/cut';
import { runSpec } from '@tessera/core/protocol';
import { renderUnicodeCompact } from 'uqr';
import type { Config } from '../config/index.ts';
import type { Coordinator } from './coordinator.ts';

/** The host's own link; its fragment never leaves the browser. */
export function hostLink({ httpPort, hostKey }: Coordinator): string {
  return `http://localhost:${httpPort}/run#key=${hostKey}`;
}

/** The lines of the start. */
export function announcement(coordinator: Coordinator, config: Config): string {
  const { urls, fingerprint } = coordinator.join();
  const { joinCode } = config.server;
  const network = urls.filter((url) => url.startsWith('https:'));
  return [
    '',
    `${config.run.title} (run ${config.run.id})${coordinator.resumed ? ', going on from its last checkpoint' : ''}`,
    '',
    `  On this machine   http://localhost:${coordinator.httpPort}/`,
    ...network.map((url, i) => `  ${i === 0 ? 'Other devices  ' : '               '}   ${url}`),
    `  Host's own link   ${hostLink(coordinator)}`,
    '                    (keep it to yourself: whoever has it can start and stop the run)',
    ...(joinCode === undefined ? [] : [`  Join code         ${joinCode}`]),
    ...(network[0] === undefined
      ? []
      : ['', renderUnicodeCompact(network[0]), '', ...certificateHint(fingerprint)]),
    '',
    trafficLine(config),
    'Ctrl-C pauses the run; starting again resumes it.',
    '',
  ].join('\n');
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
