// The built web client, held in memory and served with the right types and caching.
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** More than this is no web client of ours. */
const MAX_TOTAL_BYTES = 1 << 26; // 64 MiB
/** Files below this size gain nothing from compression. */
const MIN_GZIP_BYTES = 1 << 10; // 1 KiB

/** Addresses at which the one page of the client stands. */
const PAGES = ['/', '/run', '/wall'] as const;

const MIME_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
};
const COMPRESSED_ALREADY = new Set(['.png', '.jpg', '.woff2', '.ico']);

/** One file as it goes out. */
export interface StaticFile {
  readonly type: string;
  /** Its name holds a hash of its content, so that it never changes. */
  readonly immutable: boolean;
  readonly raw: Buffer;
  readonly gzipped?: Buffer;
}

/** All files by path ('/assets/index-1a2b.js'); empty when the client was not built. */
export async function loadStaticFiles(folder: string): Promise<ReadonlyMap<string, StaticFile>> {
  const files = new Map<string, StaticFile>();
  let total = 0;
  for (const path of await filesUnder(folder)) {
    const file = await load(path);
    total += file.raw.length;
    if (total > MAX_TOTAL_BYTES) throw new Error(`${folder} holds more than 64 MiB: this is no web client`);
    files.set(`/${relative(folder, path).split(sep).join('/')}`, file);
  }
  const page = files.get('/index.html');
  if (page) for (const address of PAGES) files.set(address, page);
  return files;
}

/** Paths of the files whose type is known; others (source maps, folders) are not served. */
async function filesUnder(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => extname(name) in MIME_TYPES).map((name) => join(folder, name));
}

async function load(path: string): Promise<StaticFile> {
  const raw = await readFile(path);
  const extension = extname(path);
  const compress = raw.length >= MIN_GZIP_BYTES && !COMPRESSED_ALREADY.has(extension);
  return {
    type: MIME_TYPES[extension] ?? '',
    immutable: /[/\\]assets[/\\].*-[\w-]{8}\.\w+$/.test(path),
    raw,
    ...(compress ? { gzipped: await promisify(gzip)(raw) } : {}),
  };
}
