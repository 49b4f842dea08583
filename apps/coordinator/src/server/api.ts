// The HTTP interface of the run: what the pages fetch, and the host's controls.
import type { IncomingMessage } from 'node:http';
import { TesseraError } from '@tessera/core/protocol';
import { z } from 'zod';
import type { HostAccess } from '../access/index.ts';
import { type Answer, jsonAnswer, textAnswer } from './answer.ts';
import { generatorRoute } from './generator-route.ts';
import { byRoutes, get, hostRoutes, type Route } from './routes.ts';
import type { RunControl } from './run-control.ts';
import { type TierPages, tierRoutes } from './tier-routes.ts';

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
  /** Where this coordinator is an edge of a cloud. */
  readonly tiers?: TierPages;
}

/** Answers /api requests; undefined when the path is none of them. */
export function makeApi(parts: ApiParts): (request: IncomingMessage) => Promise<Answer | undefined> {
  return byRoutes(makeRoutes(parts), parts.host);
}

function makeRoutes({ run, host, joinCodeWanted, join, tiers }: ApiParts): Route[] {
  const settings = () => run.view().settings;
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
      jsonAnswer({
        settings: settings(),
        phase: run.view().phase,
        joinCodeWanted,
        urls: join().urls,
        ...(tiers && { tier: tiers.view().tier, community: tiers.view().community }),
      }),
    ),
    get(/^\/api\/view$/, () => jsonAnswer(run.view())),
    get(/^\/api\/join$/, () => jsonAnswer(join())),
    get(/^\/api\/samples\/(\d{1,10})$/, async ({ parameter }) => {
      const samples = await run.samples(index.parse(parameter));
      return samples
        ? jsonAnswer(samples, { 'cache-control': 'private, max-age=3600' })
        : textAnswer(404, 'There are no samples of this round.');
    }),
    generatorRoute({ settings, generator: (cluster) => run.generator(cluster) }),
    ...hostRoutes(host),
    ...(tiers ? tierRoutes(tiers) : []),
    control('start'),
    control('pause'),
    control('stop'),
  ];
}

function requireHost(isHost: boolean): void {
  if (!isHost) throw new TesseraError('not-host', 'Only the host may do this.');
}
