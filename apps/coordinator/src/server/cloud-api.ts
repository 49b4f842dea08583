// The HTTP interface of a cloud: its settings for edges, its tree for pages, and the way to an edge for devices.
import type { IncomingMessage } from 'node:http';
import { type RunSettings, TesseraError, type TierCommunity } from '@tessera/core/protocol';
import type { HostAccess } from '../access/index.ts';
import { LOCAL_NAMES } from './addresses.ts';
import { type Answer, jsonAnswer } from './answer.ts';
import type { JoinInfo } from './api.ts';
import { generatorRoute } from './generator-route.ts';
import { byRoutes, type Call, get, hostRoutes } from './routes.ts';
import { type TierPages, tierRoutes } from './tier-routes.ts';

/** Where a device finds an edge. */
export interface EdgePlace {
  readonly community: string;
  readonly url: string;
  readonly fingerprint?: string;
}

export interface CloudApiParts {
  readonly settings: RunSettings;
  readonly host: HostAccess;
  readonly joinCodeWanted: boolean;
  readonly join: () => JoinInfo;
  readonly tiers: TierPages;
  /** A zip of the generator of all communities (0), or of one as it came to the last merge (its index and 1). */
  readonly generator: (cluster: number) => Promise<Uint8Array | undefined>;
}

/** Answers /api requests and /join/COMMUNITY; undefined when the path is none of them. */
export function makeCloudApi(
  parts: CloudApiParts,
): (request: IncomingMessage) => Promise<Answer | undefined> {
  const { settings, host, joinCodeWanted, join, tiers, generator } = parts;
  const place = (call: Call, community: string | undefined) =>
    placeOf(tiers.view().tree?.communities ?? [], { community, isLocal: isLocal(call.request) });
  return byRoutes(
    [
      get(/^\/api\/run$/, () =>
        jsonAnswer({ settings, phase: 'not-started', joinCodeWanted, urls: join().urls, tier: 'cloud' }),
      ),
      get(/^\/api\/join$/, () => jsonAnswer(join())),
      get(/^\/api\/edge$/, (call) => jsonAnswer(place(call, askedCommunity(call.request)))),
      get(/^\/join\/([^/]{1,200})$/, (call) => ({
        status: 302,
        headers: { location: place(call, decoded(call.parameter)).url, 'cache-control': 'no-store' },
      })),
      generatorRoute({ settings: () => settings, generator }),
      ...hostRoutes(host),
      ...tierRoutes(tiers),
    ],
    host,
  );
}

/**
 * The edge with the fewest devices in that community; without one, in all of them. Throws 'unknown-community', or 'no-edge-here'
 * where none is connected at an address that this device can reach.
 */
export function placeOf(
  communities: readonly TierCommunity[],
  { community, isLocal: local }: { readonly community: string | undefined; readonly isLocal: boolean },
): EdgePlace {
  const asked = communities.filter(({ name }) => community === undefined || name === community);
  if (asked.length === 0 && communities.length > 0)
    throw new TesseraError(
      'unknown-community',
      `There is no community "${community ?? ''}" here; the communities are ${communities.map(({ name }) => name).join(', ')}.`,
    );
  const edges = asked.flatMap(({ name, present, news, edges: several }) =>
    (several ?? (news ? [{ ...news, present }] : [])).map((edge) => ({ ...edge, community: name })),
  );
  const places = edges.flatMap(({ community: name, present, here, urls, fingerprint }) => {
    const url = urls.find((candidate) => local || !isLocalUrl(candidate));
    if (!present || url === undefined) return [];
    return { here, place: { community: name, url, ...(fingerprint !== undefined && { fingerprint }) } };
  });
  const best = places.sort((a, b) => a.here - b.here)[0];
  if (!best)
    throw new TesseraError(
      'no-edge-here',
      community === undefined
        ? 'No edge is connected to this cloud at an address that this device can reach.'
        : `The community "${community}" has no edge at this moment that this device can reach.`,
    );
  return best.place;
}

function askedCommunity(request: IncomingMessage): string | undefined {
  return new URL(request.url ?? '/', 'http://cloud').searchParams.get('community') ?? undefined;
}

function decoded(parameter: string): string {
  try {
    return decodeURIComponent(parameter);
  } catch {
    return parameter;
  }
}

/** A device on the cloud's own machine may use addresses that only this machine can open. */
function isLocal({ headers }: IncomingMessage): boolean {
  return isLocalUrl(`http://${headers.host ?? ''}`);
}

function isLocalUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const name = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  return LOCAL_NAMES.some((local) => local === name);
}
