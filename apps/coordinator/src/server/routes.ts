// Routes of an HTTP interface: method and path to answer, and who may become the host.
import type { IncomingMessage } from 'node:http';
import { TesseraError } from '@tessera/core/protocol';
import { z } from 'zod';
import { HostAccess } from '../access/index.ts';
import { type Answer, jsonAnswer, readJson, textAnswer } from './answer.ts';

const MAX_BODY_BYTES = 1 << 12; // 4 KiB
const keySchema = z.strictObject({ key: z.string().min(1).max(128) });

/** A request as the handlers see it. */
export interface Call {
  readonly request: IncomingMessage;
  readonly address: string;
  readonly secure: boolean;
  /** The last part of the path where the route ends with a parameter. */
  readonly parameter: string;
  readonly isHost: boolean;
}

/** One address of the interface. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: RegExp;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

/** A route that is read. */
export function get(path: RegExp, handle: Route['handle']): Route {
  return { method: 'GET', path, handle };
}

/** Answers requests by these routes; undefined when the path is none of them. */
export function byRoutes(
  routes: readonly Route[],
  host: HostAccess,
): (request: IncomingMessage) => Promise<Answer | undefined> {
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
      isHost: host.isHost(request.headers.cookie),
    });
  };
}

/** Becoming the host by the key, and being it no longer. */
export function hostRoutes(host: HostAccess): Route[] {
  return [
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
