// By which names and addresses this machine can be reached.
import { hostname, networkInterfaces } from 'node:os';

/** Names for the loop to this machine itself. */
export const LOCAL_NAMES = ['localhost', '127.0.0.1', '::1'] as const;

/** The addresses of this machine on its networks: IPv4 first, link-local ones left out. */
export function lanAddresses(interfaces = networkInterfaces()): string[] {
  const all = Object.values(interfaces).flatMap((list) => list ?? []);
  const reachable = all.filter(({ internal, address }) => !internal && !/^(fe80|169\.254)/i.test(address));
  const family = (name: string) => reachable.filter((entry) => entry.family === name);
  return [...new Set([...family('IPv4'), ...family('IPv6')].map(({ address }) => address))];
}

/** This machine's own names on its network. */
export function machineNames(name = hostname()): string[] {
  const lower = name.toLowerCase();
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(lower)) return [];
  return lower.includes('.') ? [lower] : [lower, `${lower}.local`];
}

/** The address as a URL writes it. */
export function inUrl(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
