// A community in the tree: what its cloud knows of it, and what its edges say of themselves, together and each by itself.
import { type CommunityView, edgeNumbers, type EdgeView } from '../cloud/index.ts';
import {
  type EdgeNews,
  MAXIMUM_LISTED_DEVICES,
  type TierCommunity,
  type TierEdge,
} from '../protocol/index.ts';
import type { EdgeSession } from './edge-session.ts';

/** What the cloud's sessions tell of edges, by number. */
export interface EdgesHere {
  readonly nowMs: number;
  readonly isHere: (edge: number) => boolean;
  /** The last session of an edge, ended or not. */
  readonly sessionOf: (edge: number) => EdgeSession | undefined;
}

/** Edges are listed where there are several: those that have been here, and those that count in the global model. */
export function treeCommunity(
  { community, name, waiting, weight, last, edges: known }: CommunityView,
  { nowMs, isHere, sessionOf }: EdgesHere,
): TierCommunity {
  const edges = edgeNumbers(community).flatMap((edge, seat): TierEdge[] => {
    const session = sessionOf(edge);
    const view = known.find((other) => other.seat === seat);
    return session || view ? [treeEdge({ seat, present: isHere(edge), session, view, nowMs })] : [];
  });
  const sessions = edgeNumbers(community).flatMap((edge) => sessionOf(edge) ?? []);
  const here = sessions.filter(({ seat }) => edges.some((edge) => edge.seat === seat && edge.present));
  const contacts = edges.flatMap(({ lastContactSecondsAgo }) => lastContactSecondsAgo ?? []);
  const news = newsOfAll((here.length > 0 ? here : sessions).flatMap((session) => session.news ?? []));
  return {
    name,
    present: here.length > 0,
    waiting,
    weight,
    ...(last && { last }),
    ...(contacts.length > 0 && { lastContactSecondsAgo: Math.min(...contacts) }),
    ...(news && { news }),
    ...(edges.length > 1 && { edges }),
  };
}

interface EdgeParts {
  readonly seat: number;
  readonly present: boolean;
  readonly session: EdgeSession | undefined;
  readonly view: EdgeView | undefined;
  readonly nowMs: number;
}

function treeEdge({ seat, present, session, view, nowMs }: EdgeParts): TierEdge {
  const { phase = 'not-started', here = 0, urls = [], fingerprint } = session?.news ?? {};
  return {
    ...{ seat, present, phase, here, urls },
    waiting: view?.waiting ?? false,
    share: view?.share ?? 0,
    ...(session && { lastContactSecondsAgo: Math.max(0, nowMs - session.lastHeardMs) / 1000 }),
    ...(fingerprint !== undefined && { fingerprint }),
  };
}

/** Of several edges the news of the one in its latest round, with the devices of all. */
function newsOfAll(all: readonly EdgeNews[]): EdgeNews | undefined {
  const [first, ...more] = [...all].sort((a, b) => b.round - a.round || b.step - a.step);
  if (!first || more.length === 0) return first;
  const devices = all.flatMap((news) => news.devices);
  return {
    ...first,
    here: all.reduce((sum, { here }) => sum + here, 0),
    devices: [
      ...devices.filter(({ connected }) => connected),
      ...devices.filter(({ connected }) => !connected),
    ].slice(0, MAXIMUM_LISTED_DEVICES),
  };
}
