// The HTTP interface of the run: what the pages fetch, and the host's controls.
import type { IncomingMessage } from 'node:http';
import { TesseraError } from '@tessera/core/protocol';
import { z } from 'zod';
import { HostAccess } from '../access/index.ts';
import { type Answer, jsonAnswer, readJson, textAnswer } from './answer.ts';
import type { RunControl } from './run-control.ts';

const MAX_BODY_BYTES = 1 << 12; // 4 KiB
const keySchema = z.strictObject({ key: z.string().min(1).max(128) });
const index = z.coerce.number().int().min(0).max(0xffff_ffff);

/** Where devices and people reach this coordinator. */
export interface JoinInfo {
  /** The best address for other devices first. */
  readonly urls: readonly string[];
  /** SHA-256 of the certificate, where there is HTTPS. */
  readonly fingerprint?: string;
}

export interface ApiParts {
  readonly run: RunControl;
  readonly host: HostAccess;
  readonly joinCodeWanted: boolean;
  readonly join: () => JoinInfo;
}

/** A request as the handlers see it. */
interface Call {
  readonly request: IncomingMessage;
  readonly address: string;
  readonly secure: boolean;
  /** The last part of the path where the route ends with a parameter. */
  readonly parameter: string;
  readonly isHost: boolean;
}

interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: RegExp;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

/** Answers /api requests; undefined when the path is none of them. */
export function makeApi(parts: ApiParts): (request: IncomingMessage) => Promise<Answer | undefined> {
  const routes = makeRoutes(parts);
  return async (request) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const matching = routes.filter((route) => route.path.test(path));
    if (matching.length === 0) return undefined;
    const route = matching.find(({ method }) => method === request.method);
    if (!route)
      return {
        ...textAnswer(405, 'This method is not known here.'),
        headers: { allow: matching.map(({ method }) => method).join(', ') },
      };
    return route.handle({
      request,
      address: request.socket.remoteAddress ?? 'unknown',
      secure: 'encrypted' in request.socket,
      parameter: route.path.exec(path)?.[1] ?? '',
      isHost: parts.host.isHost(request.headers.cookie),
    });
  };
}

function makeRoutes({ run, host, joinCodeWanted, join }: ApiParts): Route[] {
  const settings = () => run.view().settings;
  const get = (path: RegExp, handle: Route['handle']): Route => ({ method: 'GET', path, handle });
  const control = (name: 'start' | 'pause' | 'stop'): Route => ({
    method: 'POST',
    path: new RegExp(`^/api/run/${name}$`),
    handle: ({ isHost }) => {
      requireHost(isHost);
      run[name]();
      return jsonAnswer({ phase: run.view().phase });
    },
  });
  return [
    get(/^\/api\/run$/, () =>
      jsonAnswer({ settings: settings(), phase: run.view().phase, joinCodeWanted, urls: join().urls }),
    ),
    get(/^\/api\/view$/, () => jsonAnswer(run.view())),
    get(/^\/api\/join$/, () => jsonAnswer(join())),
    get(/^\/api\/samples\/(\d{1,10})$/, async ({ parameter }) => {
      const samples = await run.samples(index.parse(parameter));
      return samples
        ? jsonAnswer(samples, { 'cache-control': 'private, max-age=3600' })
        : textAnswer(404, 'There are no samples of this round.');
    }),
    get(/^\/api\/generator\/(\d{1,2})$/, async ({ parameter, isHost }) => {
      if (!settings().volunteersMayDownload && !isHost)
        throw new TesseraError('download-forbidden', 'In this run only the host may download the generator.');
      const zip = await run.generator(index.parse(parameter));
      if (!zip) throw new TesseraError('nothing-to-download', 'There is no generator of this group yet.');
      return zipAnswer(zip, `${settings().id}-generator-${parameter}.zip`);
    }),
    get(/^\/api\/host$/, ({ isHost }) => jsonAnswer({ host: isHost })),
    {
      method: 'POST',
      path: /^\/api\/host$/,
      handle: (call) => exchangeKey(host, call),
    },
    {
      method: 'DELETE',
      path: /^\/api\/host$/,
      handle: ({ secure }) =>
        jsonAnswer({ host: false }, { 'set-cookie': HostAccess.clearingCookie(secure) }),
    },
    control('start'),
    control('pause'),
    control('stop'),
  ];
}

async function exchangeKey(host: HostAccess, { request, address, secure }: Call): Promise<Answer> {
  const body = keySchema.safeParse(await readJson(request, MAX_BODY_BYTES));
  if (!body.success) throw new TesseraError('bad-message', 'The request must be {"key": "…"}.');
  switch (host.tryKey(address, body.data.key)) {
    case 'right':
      return jsonAnswer({ host: true }, { 'set-cookie': host.cookie(secure) });
    case 'wrong':
      throw new TesseraError('wrong-host-key', 'This is not the key of the host.');
    case 'too-many':
      throw new TesseraError('too-many-attempts', 'There were too many wrong keys from this address.');
  }
}

function requireHost(isHost: boolean): void {
  if (!isHost) throw new TesseraError('not-host', 'Only the host may do this.');
}

function zipAnswer(zip: Uint8Array, name: string): Answer {
  return {
    status: 200,
    headers: {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
    body: zip,
  };
}
