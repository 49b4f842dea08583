// Who may join a run in memory: everybody, or who knows the code; tokens come from a seed.
import type { Random } from '../random.ts';
import type { AccessPort } from '../session/index.ts';

/** Access without secrets worth keeping. */
export function memoryAccess(random: Random, joinCode?: string): AccessPort {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return {
    checkJoinCode: (code) => (joinCode === undefined || code === joinCode ? undefined : 'wrong-join-code'),
    newToken: () => Array.from({ length: 43 }, () => alphabet[random.integer(64)] ?? 'A').join(''),
    digest: (token) => `digest of ${token}`,
  };
}
