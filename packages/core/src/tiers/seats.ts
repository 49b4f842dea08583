// Which edge sits where: a community has several seats, and an edge's token is the key to its own.
import { MAXIMUM_EDGES, TesseraError } from '../protocol/index.ts';
import type { CloudHostPorts, EdgeDigests } from './ports.ts';

/** A seat that was taken, and the token by which it is taken again. */
export interface TakenSeat {
  readonly seat: number;
  readonly token: string;
}

/** The seats of all communities, kept over the cloud's restarts as digests of tokens. */
export class Seats {
  readonly #ports: Pick<CloudHostPorts, 'access' | 'memory' | 'log'>;
  readonly #digests: Map<string, readonly string[]>;

  constructor(ports: Pick<CloudHostPorts, 'access' | 'memory' | 'log'>, digests: EdgeDigests) {
    this.#ports = ports;
    this.#digests = new Map(digests);
  }

  /**
   * The edge's own seat where its token fits one; else a new one, or, where all have had their edge, one whose edge is not
   * here, which loses it. Throws 'community-taken' where all are here.
   */
  takeFor(
    { community, token }: { readonly community: string; readonly token?: string | undefined },
    isHere: (seat: number) => boolean,
  ): TakenSeat {
    const { access } = this.#ports;
    const digests = this.#digests.get(community) ?? [];
    const own = token === undefined ? -1 : digests.indexOf(access.digest(token));
    if (token !== undefined && own >= 0) return { seat: own, token };
    const seat = freeSeat(digests.length, isHere);
    if (seat === undefined)
      throw new TesseraError(
        'community-taken',
        `${MAXIMUM_EDGES} edges serve the community "${community}" at this moment, as many as one may have.`,
      );
    const fresh = access.newToken();
    this.#keep(community, [...digests.slice(0, seat), access.digest(fresh), ...digests.slice(seat + 1)]);
    return { seat, token: fresh };
  }

  #keep(community: string, digests: readonly string[]): void {
    const { memory, log } = this.#ports;
    this.#digests.set(community, digests);
    memory.save(this.#digests).catch((error: unknown) => {
      log('warn', 'edges-not-kept', { reason: error instanceof Error ? error.message : String(error) });
    });
  }
}

/** The next seat that nobody has had, then the first whose edge is not here. */
function freeSeat(given: number, isHere: (seat: number) => boolean): number | undefined {
  if (given < MAXIMUM_EDGES) return given;
  return Array.from({ length: MAXIMUM_EDGES }, (_, seat) => seat).find((seat) => !isHere(seat));
}
