// Finds a wheel on the Python package index that pip is configured for, without pip.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Wheel } from './wheels.ts';

/** An address to fetch, with the credentials that stood in it moved to a header. */
export interface Address {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The index pip would ask, from its environment variables and configuration files; undefined when none says. */
export function configuredIndex(env: NodeJS.ProcessEnv, home: string): string | undefined {
  if (env.PIP_INDEX_URL) return env.PIP_INDEX_URL;
  const files = [
    env.PIP_CONFIG_FILE,
    join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'pip', 'pip.conf'),
    join(home, '.pip', 'pip.conf'),
    '/etc/pip.conf',
  ];
  for (const file of files) {
    const found = file ? indexInFile(file) : undefined;
    if (found) return found;
  }
  return undefined;
}

function indexInFile(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined; // pip, too, passes over a file that is not there.
  }
  return /^\s*index-url\s*[=:]\s*(\S+)/m.exec(text)?.[1];
}

/** Splits `https://name:secret@host/` into an address that fetch accepts. */
export function addressOf(text: string): Address {
  const url = new URL(text);
  if (!url.username) return { url: url.href, headers: {} };
  const secret = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return {
    url: url.href,
    headers: { authorization: `Basic ${Buffer.from(secret).toString('base64')}` },
  };
}

/** The address of a project's page in the index's simple interface. */
export function projectPage(index: string, project: string): string {
  return `${index.replace(/\/+$/, '')}/${project}/`;
}

/** The address of the wheel's file, read from its project's page; undefined when the page does not list it. */
export function wheelAddress(page: string, pageUrl: string, wheel: Wheel): string | undefined {
  for (const [, href = ''] of page.matchAll(/<a\s[^>]*href="([^"]+)"/gi)) {
    const url = new URL(href.replaceAll('&amp;', '&'), pageUrl);
    if (!decodeURIComponent(url.pathname).endsWith(`/${wheel.fileName}`)) continue;
    url.hash = '';
    return url.href;
  }
  return undefined;
}
