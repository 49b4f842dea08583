// Brings a wheel onto this machine: through pip where there is one, else straight from the configured index.
import { join } from 'node:path';
import { sha256Of } from './checksum.ts';
import type { DownloadRequest } from './download-request.ts';
import { downloadFromIndex } from './index-download.ts';
import { downloadWithPip, findPip } from './pip-download.ts';
import type { OnProgress } from './progress.ts';
import { configuredIndex } from './python-index.ts';
import { InstallRefusal } from './refusal.ts';
import type { Wheel } from './wheels.ts';

/** What a download needs to know of its surroundings. */
export interface DownloadContext {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  readonly onProgress: OnProgress;
}

/** Downloads the wheel into `folder`, checks its SHA-256, and returns its path. Throws an InstallRefusal. */
export async function downloadWheel(wheel: Wheel, folder: string, context: DownloadContext): Promise<string> {
  const request: DownloadRequest = { wheel, folder, env: context.env, onProgress: context.onProgress };
  const faults: string[] = [];
  const pip = await findPip(context.env);
  if (pip) {
    const fault = await downloadWithPip(pip, request);
    if (fault === undefined) return verified(request);
    faults.push(`pip: ${fault}`);
  }
  const index = configuredIndex(context.env, context.home);
  if (index !== undefined) {
    const fault = await downloadFromIndex(index, request);
    if (fault === undefined) return verified(request);
    faults.push(`package index: ${fault}`);
  }
  throw new InstallRefusal(
    'no-network',
    faults.length > 0
      ? `the TensorFlow library could not be downloaded (${faults.join('; ')})`
      : 'there is no pip, and no Python package index is configured',
    'Connect to the network, or install pip, or name your Python package index in PIP_INDEX_URL; then run this again.',
  );
}

async function verified({ wheel, folder, onProgress }: DownloadRequest): Promise<string> {
  const path = join(folder, wheel.fileName);
  onProgress({ stage: 'verify', text: 'checking the checksum' });
  const found = await sha256Of(path);
  if (found === wheel.sha256) return path;
  throw new InstallRefusal(
    'checksum',
    `the downloaded ${wheel.fileName} is not the known one (SHA-256 ${found})`,
    'The package index or a proxy on the way changed the file. Try another index (PIP_INDEX_URL).',
  );
}
