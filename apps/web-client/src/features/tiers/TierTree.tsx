// The three tiers as a tree: the cloud, its communities with their edges, and the devices at each.
import type {
  RunSettings,
  TierCommunity,
  TierDevice,
  TiersView,
  TierTree as Tree,
} from '@tessera/core/protocol';
import type { DeviceView } from '@tessera/core/session';
import { CommunityBadge } from '../../ui/CommunityBadge.tsx';
import { text } from '../../ui/messages.ts';
import { Notice } from '../../ui/Notice.tsx';
import { communityState } from './community-state.ts';
import { EdgeList } from './EdgeList.tsx';
import { edgesHere, type OwnRun, withOwnRun } from './edges.ts';
import './tiers.css';

/** Devices listed at one edge. */
const LISTED = 8;

interface TierTreeProps {
  readonly tiers: TiersView;
  /** What the run trains on. */
  readonly data: RunSettings['data'];
  /** On an edge: its own run, of which it knows more than the cloud's tree tells. */
  readonly run?: OwnRun;
}

/** A panel with the whole tree. */
export function TierTree({ tiers, data, run }: TierTreeProps) {
  const words = text.tiers;
  const { tree, cloud } = tiers;
  const troubled = cloud !== undefined && cloud.standing !== 'connected';
  return (
    <section className="panel tier-panel" aria-labelledby="tiers-title">
      <h2 id="tiers-title">{words.title}</h2>
      {troubled && (
        <Notice tone={cloud.standing === 'connecting' ? 'calm' : 'warn'}>
          {words.cloudStandings[cloud.standing]} {cloud.reason}
        </Notice>
      )}
      {tree ? (
        <CloudNode tree={tree} tiers={tiers} data={data} run={run} />
      ) : (
        <p className="quiet">{words.none}</p>
      )}
    </section>
  );
}

interface CloudNodeProps {
  readonly tree: Tree;
  readonly tiers: TiersView;
  readonly data: RunSettings['data'];
  readonly run: OwnRun | undefined;
}

function CloudNode({ tree, tiers, data, run }: CloudNodeProps) {
  const words = text.tiers;
  const { here, all } = edgesHere(tree);
  return (
    <div className="tier-tree">
      <div className="tier-cloud">
        <span className="tier-cloud-name">
          {tiers.cloud ? <a href={tiers.cloud.url}>{words.cloud}</a> : words.cloud}
        </span>
        <span>{words.version(tree.version)}</span>
        <span className="quiet">{words.connected(here, all)}</span>
      </div>
      <ul className="tier-edges">
        {tree.communities.map((community, index) => {
          const own = community.name === tiers.community;
          return (
            <li key={community.name} className={own ? 'tier-edge tier-edge-own' : 'tier-edge'}>
              <EdgeCard
                community={own && run ? withOwnRun(community, run, tiers.seat) : community}
                index={index}
                data={data}
                own={own}
                seat={own ? tiers.seat : undefined}
                devices={(own ? run?.devices : undefined) ?? community.news?.devices ?? []}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

interface EdgeCardProps {
  readonly community: TierCommunity;
  readonly index: number;
  readonly data: RunSettings['data'];
  readonly own: boolean;
  /** On an edge of this community: which of its edges. */
  readonly seat: number | undefined;
  readonly devices: readonly (TierDevice | DeviceView)[];
}

function EdgeCard({ community, index, data, own, seat, devices }: EdgeCardProps) {
  const words = text.tiers;
  const { name, weight, last, lastContactSecondsAgo: contact, news, edges } = community;
  const state = communityState(community);
  const url = own || edges ? undefined : news?.urls[0];
  const figures: readonly (readonly [string, string, (string | undefined)?])[] = [
    [words.weight, last ? words.share(weight) : words.nothing],
    [words.score, last ? last.score.toFixed(3) : words.nothing, text.data[data].scoreWhy],
    [words.merged, last ? words.merge(last.version) : words.nothing, words.mergedWhy],
    [words.behind, last ? words.merges(last.staleness) : words.nothing, words.behindWhy],
    [
      words.round,
      last ? words.roundOf(last.round) : words.nothing,
      last ? words.roundWhy(last.iterations) : undefined,
    ],
    [words.contact, contact === undefined ? words.nothing : contact < 5 ? words.now : words.ago(contact)],
  ];
  return (
    <>
      <div className="tier-edge-head">
        <CommunityBadge index={index} />
        <h3 title={name}>{name}</h3>
        {own && !edges && <span className="small quiet">{words.own}</span>}
        <span className={`tier-state tier-state-${state.tone}`}>{words.states[state.key] ?? state.key}</span>
      </div>
      <div className="tier-weight" aria-hidden="true">
        <span style={{ width: `${String(Math.round(100 * weight))}%` }} />
      </div>
      <dl className="tier-figures">
        {figures.map(([label, value, why]) => (
          <div key={label} title={why}>
            <dt className="small quiet">{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {edges && <EdgeList name={name} edges={edges} own={seat} />}
      {community.present ? (
        <Devices name={name} here={news?.here ?? 0} devices={devices} />
      ) : (
        news && <p className="small quiet">{words.devicesThen(news.here)}</p>
      )}
      {url !== undefined && community.present && (
        <a className="small tier-edge-link" href={new URL('/run', url).href}>
          {words.openEdge}
        </a>
      )}
    </>
  );
}

function Devices({
  name,
  here,
  devices,
}: Pick<EdgeCardProps, 'devices'> & { readonly name: string; readonly here: number }) {
  const words = text.tiers;
  const listed = devices.slice(0, LISTED);
  const more = Math.max(here, devices.length) - listed.length;
  if (listed.length === 0) return <p className="small quiet">{words.devices(here)}</p>;
  return (
    <ul className="tier-devices" aria-label={words.deviceList(name)}>
      {listed.map((device) => (
        <li key={device.id}>
          <span className="tier-device-name" title={device.name}>
            {device.name}
          </span>
          <span className="small quiet">{deviceState(device)}</span>
        </li>
      ))}
      {more > 0 && <li className="small quiet">{words.moreDevices(more)}</li>}
    </ul>
  );
}

/** Seconds after which the last contact with a device is told. */
const SILENT_SECONDS = 10;

function deviceState({ connected, standing, lastSeenSecondsAgo }: TierDevice | DeviceView): string {
  const standings: Readonly<Record<string, string>> = text.devices.standings;
  const words = connected ? (standings[standing] ?? standing) : text.devices.troubles.gone;
  return lastSeenSecondsAgo < SILENT_SECONDS ? words : text.tiers.deviceAgo(words, lastSeenSecondsAgo);
}
