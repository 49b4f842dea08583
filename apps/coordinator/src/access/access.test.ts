import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@tessera/core/clock';
import { describe, expect, it } from 'vitest';
import {
  AttemptLimiter,
  HOST_COOKIE_SECONDS,
  HostAccess,
  hostKeyOf,
  joinAccess,
  MAX_WRONG_TRIES_ALL,
  MAX_WRONG_TRIES_PER_ADDRESS,
  newSecret,
  sameSecret,
  WRONG_TRIES_WINDOW_MS,
} from './index.ts';

const valueOf = (setCookie: string) => setCookie.split(';')[0];

describe('host access', () => {
  it('AUTH-1: the key gives a cookie that scripts, other sites and plain http never see', () => {
    const access = new HostAccess('the key', new VirtualClock(), () => 0);
    expect(access.tryKey('a', 'the key')).toBe('right');
    expect(access.tryKey('a', 'the kez')).toBe('wrong');
    const cookie = access.cookie(true);
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Secure']) expect(cookie).toContain(attribute);
    expect(access.cookie(false)).not.toContain('Secure');
    expect(cookie).not.toContain('the key');
    expect(access.isHost(`other=1; ${valueOf(cookie)}`)).toBe(true);
  });

  it('AUTH-2: a cookie that is forged, cleared, of another key or past its end is refused', () => {
    let now = 0;
    const access = new HostAccess('key', new VirtualClock(), () => now);
    const cookie = valueOf(access.cookie(true)) ?? '';
    const [until = '', nonce = '', signature = ''] = cookie.slice('tessera-host='.length).split('.');
    for (const forged of [
      undefined,
      '',
      'tessera-host=',
      `tessera-host=${until}.${nonce}`,
      `tessera-host=${until}.${newSecret()}.${signature}`,
      `tessera-host=${Number(until) + 1}.${nonce}.${signature}`,
      valueOf(HostAccess.clearingCookie(true)),
    ])
      expect(access.isHost(forged)).toBe(false);
    expect(new HostAccess('another', new VirtualClock(), () => now).isHost(cookie)).toBe(false);
    now = HOST_COOKIE_SECONDS * 1_000 - 1;
    expect(access.isHost(cookie)).toBe(true);
    now += 1;
    expect(access.isHost(cookie)).toBe(false);
  });

  it('AUTH-3: after ten wrong tries an address waits, even with the right key; others do not', () => {
    const clock = new VirtualClock();
    const access = new HostAccess('key', clock, () => 0);
    for (let i = 0; i < MAX_WRONG_TRIES_PER_ADDRESS; i++) expect(access.tryKey('guesser', 'x')).toBe('wrong');
    expect(access.tryKey('guesser', 'key')).toBe('too-many');
    expect(access.tryKey('host', 'key')).toBe('right');
    clock.advance(WRONG_TRIES_WINDOW_MS);
    expect(access.tryKey('guesser', 'key')).toBe('right');
  });

  it('AUTH-4: guessing from many addresses is limited as well', () => {
    const limiter = new AttemptLimiter(new VirtualClock());
    const results = Array.from({ length: MAX_WRONG_TRIES_ALL + 1 }, (_, i) =>
      limiter.attempt(`address ${i}`, () => false),
    );
    expect(results.filter((result) => result === 'wrong')).toHaveLength(MAX_WRONG_TRIES_ALL);
    expect(results.at(-1)).toBe('too-many');
  });

  it('AUTH-7: a join code is asked of everybody where one is set, and limited like the key', () => {
    const access = joinAccess('open sesame', new VirtualClock());
    expect(access.checkJoinCode(' open sesame ', 'a')).toBeUndefined();
    expect(access.checkJoinCode(undefined, 'a')).toBe('wrong-join-code');
    for (let i = 1; i < MAX_WRONG_TRIES_PER_ADDRESS; i++) access.checkJoinCode('open', 'a');
    expect(access.checkJoinCode('open sesame', 'a')).toBe('too-many-attempts');
    expect(joinAccess(undefined, new VirtualClock()).checkJoinCode(undefined, 'a')).toBeUndefined();
  });

  it('AUTH-8: of a token only a digest is kept, which does not tell it', () => {
    const access = joinAccess(undefined, new VirtualClock());
    const token = access.newToken();
    expect(access.digest(token)).toBe(access.digest(token));
    expect(access.digest(token)).not.toContain(token);
    expect(access.digest(token)).not.toBe(access.digest(access.newToken()));
  });

  it('AUTH-5: secrets are 32 random bytes and compare by their whole text', () => {
    expect(newSecret()).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(newSecret()).not.toBe(newSecret());
    expect(sameSecret('abc', 'abc')).toBe(true);
    expect(sameSecret('abc', 'abcd')).toBe(false);
    expect(sameSecret('', 'a')).toBe(false);
  });

  it('AUTH-6: the host key stays the same over restarts, in a file for its owner only', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tessera-key-'));
    const key = await hostKeyOf(folder);
    expect(await hostKeyOf(folder)).toBe(key);
    expect((await stat(join(folder, 'host-key'))).mode & 0o777).toBe(0o600);
    await rm(folder, { recursive: true });
  });
});
