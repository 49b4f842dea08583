// Keeps the host key in the data directory, so that the host's link survives a restart.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../store/index.ts';
import { newSecret } from './secrets.ts';

/** The key of this data directory, made at the first start and readable by its owner only. */
export async function hostKeyOf(dataDir: string): Promise<string> {
  const path = join(dataDir, 'host-key');
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (/^[A-Za-z0-9_-]{43}$/.test(kept.trim())) return kept.trim();
  const key = newSecret();
  await writeFileAtomically(path, `${key}\n`, { mode: 0o600 });
  return key;
}
