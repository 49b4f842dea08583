// The three tiers as pages show them: the cloud's model, its communities, and the devices at their edges.
import { z } from 'zod';

const count = z.int().min(0).max(0xffff_ffff);
const shortText = z.string().max(120);
const seconds = z.number().min(0);

/** Devices that an edge lists for its cloud; beyond them only their number is told. */
export const MAXIMUM_LISTED_DEVICES = 150;
/** Addresses by which an edge can be joined. */
export const MAXIMUM_EDGE_URLS = 4;
/** Communities of one cloud. */
export const MAXIMUM_COMMUNITIES = 64;
/** Edges of one community. */
export const MAXIMUM_EDGES = 8;
/** Edges that a tree lists in a control message; with more it tells only of their communities. */
export const MAXIMUM_LISTED_EDGES = 96;

/** One device as its edge tells of it. */
export const tierDeviceSchema = z.strictObject({
  id: z.string().max(40),
  name: shortText,
  kind: z.enum(['browser', 'node']),
  connected: z.boolean(),
  standing: z.string().max(40),
  lastSeenSecondsAgo: seconds,
});
export type TierDevice = z.infer<typeof tierDeviceSchema>;

/** What an edge says of itself with every beat. */
export const edgeNewsSchema = z.strictObject({
  phase: z.string().max(40),
  round: count,
  step: count,
  committedRound: z.int().min(-1).max(0xffff_ffff),
  /** Devices that are connected, the unlisted ones among them. */
  here: count,
  devices: z.array(tierDeviceSchema).max(MAXIMUM_LISTED_DEVICES),
  /** By which devices join it, the best for other machines first. */
  urls: z.array(z.url({ protocol: /^https?$/ }).max(120)).max(MAXIMUM_EDGE_URLS),
  /** SHA-256 of its certificate, where it has one. */
  fingerprint: shortText.optional(),
});
export type EdgeNews = z.infer<typeof edgeNewsSchema>;

/** One of several edges of a community. */
export const tierEdgeSchema = z.strictObject({
  /** Its number within the community, by which it knows itself in the tree. */
  seat: z
    .int()
    .min(0)
    .max(MAXIMUM_EDGES - 1),
  present: z.boolean(),
  waiting: z.boolean(),
  /** Its share of the community's generator. */
  share: z.number().min(0).max(1),
  /** As it last said. */
  phase: z.string().max(40),
  here: count,
  /** Absent: it was never here since the cloud's start. */
  lastContactSecondsAgo: seconds.optional(),
  urls: edgeNewsSchema.shape.urls,
  fingerprint: shortText.optional(),
});
export type TierEdge = z.infer<typeof tierEdgeSchema>;

/** One community in the tree; what is told of its edge is told of all of them together where it has several. */
export const tierCommunitySchema = z.strictObject({
  name: z.string().max(40),
  /** An edge of it is connected to the cloud. */
  present: z.boolean(),
  /** Absent: its edge was never here since the cloud's start. */
  lastContactSecondsAgo: seconds.optional(),
  /** Its upload waits for those of other communities. */
  waiting: z.boolean(),
  /** Its share of the global model. */
  weight: z.number().min(0).max(1),
  /** What it last brought; absent: nothing yet. */
  last: z
    .strictObject({
      round: count,
      iterations: count,
      /** Its mean realism (Eq. 1). */
      score: z.number(),
      /** The merge that first had it. */
      version: count,
      /** Merges since then. */
      staleness: count,
    })
    .optional(),
  /** What its edge last said, without the devices where that would be too much to send. */
  news: edgeNewsSchema.optional(),
  /** Each by itself, where there are several. */
  edges: z.array(tierEdgeSchema).min(2).max(MAXIMUM_EDGES).optional(),
});
export type TierCommunity = z.infer<typeof tierCommunitySchema>;

/** The whole tree. */
export const tierTreeSchema = z.strictObject({
  title: shortText,
  /** Version of the global model, 0 before the first merge. */
  version: count,
  communities: z.array(tierCommunitySchema).max(MAXIMUM_COMMUNITIES),
});
export type TierTree = z.infer<typeof tierTreeSchema>;

/** The tree without lists of devices and addresses: small enough for a control message. */
export function withoutDevices(tree: TierTree): TierTree {
  const listed = tree.communities.reduce((sum, { edges }) => sum + (edges?.length ?? 0), 0);
  const bare = ({ news, edges, ...community }: TierCommunity): TierCommunity => ({
    ...community,
    ...(news && { news: { ...news, devices: [], urls: news.urls.slice(0, 1) } }),
    ...(edges && listed <= MAXIMUM_LISTED_EDGES && { edges: edges.map(bareEdge) }),
  });
  return { ...tree, communities: tree.communities.map(bare) };
}

function bareEdge({ seat, present, waiting, share, phase, here, lastContactSecondsAgo }: TierEdge): TierEdge {
  const contact = lastContactSecondsAgo === undefined ? {} : { lastContactSecondsAgo };
  return { ...{ seat, present, waiting, share, phase, here, urls: [] }, ...contact };
}

/** What a page of the cloud or of an edge is told of the tiers. */
export interface TiersView {
  readonly tier: 'cloud' | 'edge';
  /** On an edge: the name of its community. */
  readonly community?: string;
  /** On an edge that its cloud has welcomed: which of the community's edges it is. */
  readonly seat?: number;
  /** On an edge: its cloud, and how it stands with it. */
  readonly cloud?: {
    readonly url: string;
    readonly standing: 'connecting' | 'connected' | 'away' | 'refused';
    readonly reason?: string;
  };
  /** Absent on an edge that has not reached its cloud since its start. */
  readonly tree?: TierTree;
  /** Versions of which there are samples: of the global model as group 0, of each community as its index + 1. */
  readonly sampleVersions: readonly number[];
}
