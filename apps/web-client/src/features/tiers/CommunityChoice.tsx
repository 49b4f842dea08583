// The volunteer's page of a cloud: which community, and the way to its edge.
import type { TierCommunity } from '@tessera/core/protocol';
import { CommunityBadge } from '../../ui/CommunityBadge.tsx';
import { text } from '../../ui/messages.ts';
import { Notice } from '../../ui/Notice.tsx';
import type { RunInfo } from '../api/coordinator-api.ts';
import { isLocal } from '../join-panel/join-urls.ts';
import { useTiers } from './use-tiers.ts';
import './tiers.css';

/** `/` of a cloud. */
export function CommunityChoice({ info }: { readonly info: RunInfo }) {
  const { tiers, live } = useTiers(true);
  const communities = tiers?.tree?.communities ?? [];
  const words = text.tiers.choose;
  const { title, sentence, data } = info.settings;
  return (
    <div className="community-choice">
      <header className="intro">
        <h1>{title}</h1>
        {sentence !== '' && <p className="intro-sentence">{sentence}</p>}
        <p className="quiet">
          {words.title}. {text.data[data].chooseWhy}
        </p>
      </header>
      {!live && (
        <Notice tone="bad" role="alert">
          {text.tiers.lost}
        </Notice>
      )}
      {live && communities.length === 0 && <p className="quiet">{tiers ? words.none : text.tiers.loading}</p>}
      <ul className="community-list">
        {communities.map((community, index) => (
          <li key={community.name} className="panel">
            <h2>
              <CommunityBadge index={index} /> <span>{community.name}</span>
            </h2>
            <p className="small quiet">{wayTo(community)}</p>
            {canJoin(community) && (
              <a className="button button-primary" href={`/join/${encodeURIComponent(community.name)}`}>
                {words.join(community.name)}
              </a>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function canJoin({ present, news, edges }: TierCommunity): boolean {
  const all = edges ?? (news ? [{ ...news, present }] : []);
  return all.some(
    (edge) =>
      edge.present &&
      edge.phase !== 'finished' &&
      edge.urls.some((url) => !isLocal(url) || isLocal(location.href)),
  );
}

function wayTo(community: TierCommunity): string {
  const words = text.tiers;
  if (!community.present || !community.news) return words.choose.away;
  if (canJoin(community)) return words.devices(community.news.here);
  return community.news.phase === 'finished' ? words.choose.closed : words.choose.unreachable;
}
