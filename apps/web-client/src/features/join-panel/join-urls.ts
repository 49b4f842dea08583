// Which of the coordinator's addresses to show first.

/** https addresses that other devices can reach come first, then http ones, addresses of this machine last. */
export function orderJoinUrls(urls: readonly string[], pageUrl: string): readonly string[] {
  const known = urls.length > 0 ? urls : [new URL('/', pageUrl).href];
  return [...known].sort((a, b) => rank(a) - rank(b));
}

function rank(url: string): number {
  return (isLocal(url) ? 2 : 0) + (url.startsWith('https:') ? 0 : 1);
}

/** Whether only this machine can open the address. */
export function isLocal(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname.startsWith('127.') ||
    hostname === '[::1]'
  );
}
