// The secret by which a cloud knows its edge again, in a file that only its owner reads.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EdgeMemory } from '@tessera/core/tiers';
import { writeFileAtomically } from './files.ts';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** The EdgeMemory of a data directory. */
export function edgeToken(dataDir: string): EdgeMemory {
  const path = join(dataDir, 'cloud-token');
  return {
    async load() {
      const text = (await readFile(path, 'utf8').catch(() => '')).trim();
      // A damaged one is worth no more than none: the edge is a new one to its cloud.
      return TOKEN.test(text) ? text : undefined;
    },
    save: (token) => writeFileAtomically(path, `${token}\n`, { mode: 0o600 }),
  };
}
