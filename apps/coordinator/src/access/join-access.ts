// Lets devices in by the join code, if there is one, and makes the tokens with which they come back.
import { createHash } from 'node:crypto';
import type { Clock } from '@tessera/core/clock';
import type { AccessPort } from '@tessera/core/session';
import { AttemptLimiter } from './attempt-limiter.ts';
import { newSecret, sameSecret } from './secrets.ts';

/** The access rules of a run. */
export function joinAccess(joinCode: string | undefined, clock: Clock): AccessPort {
  const limiter = new AttemptLimiter(clock);
  return {
    checkJoinCode(code, peer) {
      if (joinCode === undefined) return undefined;
      const result = limiter.attempt(peer, () => sameSecret((code ?? '').trim(), joinCode));
      if (result === 'too-many') return 'too-many-attempts';
      return result === 'wrong' ? 'wrong-join-code' : undefined;
    },
    newToken: newSecret,
    digest: (token) => createHash('sha256').update(token).digest('base64url'),
  };
}
