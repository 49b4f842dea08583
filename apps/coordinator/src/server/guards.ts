// What every request must pass, and the headers that every answer carries.
import type { IncomingMessage } from 'node:http';
import { LOCAL_NAMES, lanAddresses, machineNames } from './addresses.ts';

/** The page policy: own scripts and WebAssembly, nothing from elsewhere, no frames. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "style-src 'self'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

/** Headers of every answer, also of errors. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

/** The names that a Host header may carry: a page on any other name is somebody's rebinding of DNS. */
export function knownHosts(further: readonly string[]): ReadonlySet<string> {
  return new Set([...LOCAL_NAMES, ...lanAddresses(), ...machineNames(), ...further]);
}

/**
 * Whether the request is for a known name and, where a browser says which page it comes from, comes from this very
 * server. Programs that are no browsers send no Origin.
 */
export function isOwnRequest(request: IncomingMessage, hosts: ReadonlySet<string>): boolean {
  const host = hostPart(`http://${request.headers.host ?? ''}`);
  if (host === undefined || !hosts.has(host.name)) return false;
  const { origin } = request.headers;
  return origin === undefined || hostPart(origin)?.full === request.headers.host?.toLowerCase();
}

function hostPart(url: string): { readonly name: string; readonly full: string } | undefined {
  // Names of users have no place in these headers.
  if (!URL.canParse(url) || url.includes('@')) return undefined;
  const { hostname, host } = new URL(url);
  return { name: hostname.replace(/^\[(.*)\]$/, '$1'), full: host };
}
