// Who is the host: a key printed at start, exchanged for a cookie that scripts cannot read.
import { createHmac } from 'node:crypto';
import type { Clock } from '@tessera/core/clock';
import { AttemptLimiter, type AttemptResult } from './attempt-limiter.ts';
import { newSecret, sameSecret } from './secrets.ts';

/** Cookies are shared by all ports of a host name, so the name carries no more than this. */
const COOKIE_NAME = 'tessera-host';
/** How long a browser stays the host's without the key. */
export const HOST_COOKIE_SECONDS = 12 * 60 * 60; // 12 h

/** Exchanges the host key for cookies and recognises them; stateless, so that a restart changes nothing. */
export class HostAccess {
  readonly #key: string;
  readonly #now: () => number;
  readonly #limiter: AttemptLimiter;

  /** @param now wall-clock time in milliseconds, for the cookies' end. */
  constructor(key: string, clock: Clock, now: () => number) {
    this.#key = key;
    this.#now = now;
    this.#limiter = new AttemptLimiter(clock);
  }

  /** Compares a given key with the host's; wrong ones are limited for each address. */
  tryKey(address: string, given: string): AttemptResult {
    return this.#limiter.attempt(address, () => sameSecret(given, this.#key));
  }

  /** The Set-Cookie header that makes a browser the host's. */
  cookie(secure: boolean): string {
    const until = Math.floor(this.#now() / 1_000) + HOST_COOKIE_SECONDS;
    const ticket = `${until}.${newSecret()}`;
    return cookieHeader(`${ticket}.${this.#sign(ticket)}`, HOST_COOKIE_SECONDS, secure);
  }

  /** The Set-Cookie header that makes a browser forget. */
  static clearingCookie(secure: boolean): string {
    return cookieHeader('', 0, secure);
  }

  /** Whether a Cookie header holds a valid host cookie. */
  isHost(cookies: string | undefined): boolean {
    const value = cookieValue(cookies ?? '');
    const [until, nonce, signature] = value.split('.');
    if (!until || !nonce || !signature || !/^\d{1,12}$/.test(until)) return false;
    return sameSecret(signature, this.#sign(`${until}.${nonce}`)) && Number(until) * 1_000 > this.#now();
  }

  #sign(ticket: string): string {
    return createHmac('sha256', this.#key).update(`host cookie ${ticket}`).digest('base64url');
  }
}

function cookieHeader(value: string, maxAgeSeconds: number, secure: boolean): string {
  const attributes = [`Max-Age=${maxAgeSeconds}`, 'Path=/', 'HttpOnly', 'SameSite=Strict'];
  return [`${COOKIE_NAME}=${value}`, ...attributes, ...(secure ? ['Secure'] : [])].join('; ');
}

function cookieValue(header: string): string {
  const prefix = `${COOKIE_NAME}=`;
  const part = header.split(';').find((other) => other.trim().startsWith(prefix));
  return part?.trim().slice(prefix.length) ?? '';
}
