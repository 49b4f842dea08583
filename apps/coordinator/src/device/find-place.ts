// Where a device trains: at the coordinator it was given, or at the edge to which the cloud it was given sends it.
import type { RunSettings } from '@tessera/core/protocol';
import { CommandFailure } from '../cli/index.ts';
import { type Trust, trustFor } from '../transport/index.ts';
import { lookUpEdge, lookUpRun } from './look-up-run.ts';

/** An address and what vouches for it. */
export interface Address {
  readonly url: URL;
  readonly trust: Trust;
}

/** Where a device joins. */
export interface Place {
  readonly url: URL;
  readonly settings: RunSettings;
  /** Absent: the run has no tiers. */
  readonly community?: string;
  /** Where to join now; a cloud is asked again, and where it does not answer the last edge is taken. */
  readonly where: () => Promise<Address>;
}

/** Looks at what stands at the address; throws an Error that says what is wrong with it or with the community. */
export async function findPlace(address: Address, community: string | undefined): Promise<Place> {
  const there = await lookUpRun(address.url, address.trust);
  if (there.tier !== 'cloud') {
    if (community !== undefined && community !== there.community)
      throw new CommandFailure(
        there.community === undefined
          ? `The run at ${address.url.host} has no communities: leave --community out.`
          : `The edge at ${address.url.host} serves the community "${there.community}", not "${community}": join its own edge, or ask the cloud.`,
        2,
      );
    return {
      url: address.url,
      settings: there.settings,
      ...(there.community !== undefined && { community: there.community }),
      where: () => Promise.resolve(address),
    };
  }
  const first = await lookUpEdge(address.url, address.trust, community);
  let last = await addressOf(first.url, first.fingerprint);
  const { settings } = await lookUpRun(last.url, last.trust);
  const where = async () => {
    try {
      const next = await lookUpEdge(address.url, address.trust, first.community);
      last = await addressOf(next.url, next.fingerprint);
    } catch {
      // The cloud is away, or the edge has not come back to it: the edge itself may be there all the same.
    }
    return last;
  };
  return { url: last.url, settings, community: first.community, where };
}

async function addressOf(href: string, fingerprint: string | undefined): Promise<Address> {
  const url = new URL(href);
  return { url, trust: await trustFor(url, fingerprint) };
}
