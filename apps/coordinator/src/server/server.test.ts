import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { VirtualClock } from '@tessera/core/clock';
import { TesseraError } from '@tessera/core/protocol';
import type { RunView } from '@tessera/core/session';
import { smallRun } from '@tessera/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostAccess } from '../access/index.ts';
import {
  loadStaticFiles,
  makeApi,
  ownCertificate,
  type RunControl,
  startWebServer,
  type WebServer,
} from './index.ts';

const KEY = 'k'.repeat(43);
const SCRIPT = 'export {};'.repeat(500);

let folder: string;
let server: WebServer;
let pressed: string[];
let volunteersMayDownload: boolean;

const run: RunControl = {
  // Only these two are read here.
  view: () => ({ settings: smallRun({ volunteersMayDownload }), phase: 'training' }) as RunView,
  start: () => pressed.push('start'),
  pause: () => pressed.push('pause'),
  stop: () => pressed.push('stop'),
  samples: (round) => Promise.resolve(round === 3 ? { round, shape: [1, 1, 1], groups: [] } : undefined),
  generator: (cluster) => Promise.resolve(cluster === 1 ? Uint8Array.of(80, 75) : undefined),
};

beforeEach(async () => {
  pressed = [];
  volunteersMayDownload = true;
  folder = await mkdtemp(join(tmpdir(), 'tessera-server-'));
  await mkdir(join(folder, 'web', 'assets'), { recursive: true });
  await writeFile(join(folder, 'web', 'index.html'), '<title>Tessera</title>');
  await writeFile(join(folder, 'web', 'assets', 'index-aB3_xY9z.js'), SCRIPT);
  await writeFile(join(folder, 'web', 'assets', 'tfjs-0123abcd.wasm'), 'wasm');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  server = await startWebServer({
    port: 0,
    https: { port: 0, certificate: await ownCertificate(folder, ['localhost'], new Date()) },
    hosts: () => new Set(['localhost', '127.0.0.1']),
    files: await loadStaticFiles(join(folder, 'web')),
    api: makeApi({
      run,
      host: new HostAccess(KEY, new VirtualClock(), Date.now),
      joinCodeWanted: true,
      join: () => ({ urls: ['https://192.168.1.5:7778/'], fingerprint: 'AB:CD' }),
    }),
    onError: (error) => {
      throw error;
    },
  });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly secure?: boolean;
}

function ask(path: string, { method = 'GET', headers = {}, body, secure = false }: Asked = {}) {
  return new Promise<{ status: number; headers: IncomingMessage['headers']; bytes: Buffer; json: unknown }>(
    (resolve, reject) => {
      const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
      const options = {
        host: '127.0.0.1',
        path,
        method,
        rejectUnauthorized: false,
        headers: { ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      };
      const answered = (response: IncomingMessage) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const bytes = Buffer.concat(parts);
          const isJson = response.headers['content-type']?.startsWith('application/json');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            bytes,
            json: isJson ? JSON.parse(bytes.toString()) : undefined,
          });
        });
      };
      const request: ClientRequest = secure
        ? secureRequest({ ...options, port: server.httpsPort }, answered)
        : plainRequest({ ...options, port: server.httpPort }, answered);
      request.on('error', reject);
      request.end(text);
    },
  );
}

async function becomeHost(): Promise<string> {
  const answer = await ask('/api/host', { method: 'POST', body: { key: KEY } });
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

describe('pages', () => {
  it.each(['/', '/run', '/wall', '/run?wall'])('HTTP-10: %s is the one page of the client', async (path) => {
    const { status, headers, bytes } = await ask(path);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cache-control']).toBe('no-cache');
    expect(bytes.toString()).toContain('Tessera');
  });

  it('HTTP-11: files whose names hold a hash are kept for ever, and compressed where the browser takes it', async () => {
    const path = '/assets/index-aB3_xY9z.js';
    const { headers, bytes } = await ask(path, { headers: { 'accept-encoding': 'br, gzip' } });
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
    });
    expect(gunzipSync(bytes).toString()).toBe(SCRIPT);
    expect((await ask(path)).bytes.toString()).toBe(SCRIPT);
    expect((await ask('/assets/tfjs-0123abcd.wasm')).headers['content-type']).toBe('application/wasm');
  });

  it.each(['/', '/api/run', '/nowhere', '/api/nowhere'])(
    'HTTP-12: the page policy and the other guards stand on %s',
    async (path) => {
      const { headers } = await ask(path);
      expect(headers['content-security-policy']).toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
    },
  );

  it.each(['/../secret.txt', '/..%2fsecret.txt', '/assets/../../secret.txt', '/nowhere', '/%00'])(
    'HTTP-13: %s leads nowhere',
    async (path) => {
      const { status, bytes } = await ask(path);
      expect(status).toBe(404);
      expect(bytes.toString()).not.toContain('secret');
    },
  );

  it('HTTP-14: HTTPS serves the same, and its cookies are for HTTPS only', async () => {
    expect((await ask('/', { secure: true })).status).toBe(200);
    const { headers } = await ask('/api/host', { method: 'POST', body: { key: KEY }, secure: true });
    expect(headers['set-cookie']?.[0]).toContain('Secure');
  });
});

describe('guards', () => {
  it.each([
    'attacker.example',
    'attacker.example:80',
    'localhost.attacker.example',
    'attacker@localhost',
    '[',
  ])('HTTP-20: a request for the host "%s" is refused (DNS rebinding)', async (host) => {
    const { status } = await ask('/api/view', { headers: { host } });
    expect([400, 403]).toContain(status);
  });

  it('HTTP-21: a request from a page of another origin is refused, from its own it is not', async () => {
    const own = { host: `localhost:${server.httpPort}`, origin: `http://localhost:${server.httpPort}` };
    expect((await ask('/api/run', { headers: own })).status).toBe(200);
    for (const origin of ['https://elsewhere.example', 'null', `http://localhost:${server.httpPort + 1}`]) {
      const { status, json } = await ask('/api/run', { headers: { ...own, origin } });
      expect(status).toBe(403);
      expect(json).toMatchObject({ code: 'foreign-origin' });
    }
  });

  it('HTTP-22: what is no HTTP at all gets a 400 and is closed', async () => {
    const socket = connect(server.httpPort, '127.0.0.1');
    const answer = new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (part) => (text += part.toString()));
      socket.on('close', () => {
        resolve(text);
      });
    });
    socket.write('\0\0\0 nonsense\r\n\r\n');
    expect(await answer).toContain('400');
  });

  it('HTTP-23: a port that is taken is named, with the flag that changes it', async () => {
    const parts = { hosts: () => new Set<string>(), files: new Map(), onError: () => undefined };
    const error = await startWebServer({
      ...parts,
      port: server.httpPort,
      api: () => Promise.resolve(undefined),
    }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TesseraError);
    expect(error).toMatchObject({ code: 'port-in-use' });
    expect(String(error)).toContain(`Port ${server.httpPort} (--port) is in use`);
  });
});

describe('interface', () => {
  it('HTTP-30: anybody may read the run, its view, how to join, and samples', async () => {
    expect((await ask('/api/run')).json).toMatchObject({
      settings: { id: 'small' },
      phase: 'training',
      joinCodeWanted: true,
      urls: ['https://192.168.1.5:7778/'],
    });
    expect((await ask('/api/view')).json).toMatchObject({ phase: 'training' });
    expect((await ask('/api/join')).json).toMatchObject({ fingerprint: 'AB:CD' });
    expect((await ask('/api/samples/3')).json).toMatchObject({ round: 3 });
    expect((await ask('/api/samples/4')).status).toBe(404);
    expect((await ask('/api/samples/x')).status).toBe(404);
  });

  it.each(['start', 'pause', 'stop'])('HTTP-31: only the host may %s the run', async (action) => {
    const refused = await ask(`/api/run/${action}`, { method: 'POST' });
    expect(refused).toMatchObject({ status: 403, json: { code: 'not-host' } });
    expect(pressed).toEqual([]);
    const cookie = await becomeHost();
    const done = await ask(`/api/run/${action}`, { method: 'POST', headers: { cookie } });
    expect(done).toMatchObject({ status: 200, json: { phase: 'training' } });
    expect(pressed).toEqual([action]);
  });

  it('HTTP-32: the host key becomes a cookie, and the cookie goes again', async () => {
    expect((await ask('/api/host')).json).toEqual({ host: false });
    const cookie = await becomeHost();
    expect((await ask('/api/host', { headers: { cookie } })).json).toEqual({ host: true });
    const { headers } = await ask('/api/host', { method: 'DELETE', headers: { cookie } });
    expect(headers['set-cookie']?.[0]).toContain('Max-Age=0');
  });

  it('HTTP-33: wrong keys get a clear error, and after ten of them a pause', async () => {
    const attempt = (key: string) => ask('/api/host', { method: 'POST', body: { key } });
    for (let i = 0; i < 10; i++)
      expect(await attempt('wrong')).toMatchObject({ status: 403, json: { code: 'wrong-host-key' } });
    expect(await attempt(KEY)).toMatchObject({ status: 429, json: { code: 'too-many-attempts' } });
  });

  it.each([
    ['no JSON', '{', 400],
    ['another shape', { key: 1 }, 400],
    ['an unknown field', { key: KEY, more: 1 }, 400],
    ['a long body', { key: 'x'.repeat(5_000) }, 413],
  ])('HTTP-34: a request with %s is refused', async (_, body, expected) => {
    expect((await ask('/api/host', { method: 'POST', body })).status).toBe(expected);
  });

  it('HTTP-34: a form cannot stand in for JSON', async () => {
    const headers = { 'content-type': 'text/plain' };
    expect((await ask('/api/host', { method: 'POST', body: { key: KEY }, headers })).status).toBe(400);
  });

  it('HTTP-35: a method that is not known is answered with those that are', async () => {
    const { status, headers } = await ask('/api/host', { method: 'PUT' });
    expect(status).toBe(405);
    expect(headers.allow).toBe('GET, POST, DELETE');
    expect((await ask('/', { method: 'POST' })).status).toBe(405);
  });

  it('HTTP-36: the generator is for everybody, unless the run keeps it for the host', async () => {
    const { status, headers } = await ask('/api/generator/1');
    expect(status).toBe(200);
    expect(headers['content-disposition']).toBe('attachment; filename="small-generator-1.zip"');
    expect(await ask('/api/generator/0')).toMatchObject({
      status: 404,
      json: { code: 'nothing-to-download' },
    });
    volunteersMayDownload = false;
    expect(await ask('/api/generator/1')).toMatchObject({
      status: 403,
      json: { code: 'download-forbidden' },
    });
    const cookie = await becomeHost();
    expect((await ask('/api/generator/1', { headers: { cookie } })).status).toBe(200);
  });
});
