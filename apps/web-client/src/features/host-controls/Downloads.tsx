// The generators of the last finished round, or of a cloud's last merge.
import { CommunityBadge } from '../../ui/CommunityBadge.tsx';
import { GroupBadge } from '../../ui/GroupBadge.tsx';
import { groupStyle } from '../../ui/groups.ts';
import { text } from '../../ui/messages.ts';
import { generatorUrl } from '../api/coordinator-api.ts';
import { useHost } from './host-store.ts';
import type { OfferedGenerator } from './offered-generators.ts';
import './downloads.css';

interface DownloadsProps {
  readonly offered: readonly OfferedGenerator[];
  /** Whether not only the host may take them. */
  readonly forEverybody: boolean;
}

/** Download links, for the host, and for everybody where the run allows it. */
export function Downloads({ offered, forEverybody }: DownloadsProps) {
  const host = useHost((state) => state.host);
  if ((!host && !forEverybody) || offered.length === 0) return null;
  return (
    <div className="downloads">
      <span className="small quiet">{text.host.downloads}</span>
      {offered.map((generator) => (
        <a
          key={generator.number}
          className={generator.of === 'all' ? 'button downloads-all' : 'button'}
          href={generatorUrl(generator.number)}
          download
          aria-label={nameOf(generator)}
          title={nameOf(generator)}
        >
          <Mark generator={generator} />
        </a>
      ))}
    </div>
  );
}

function Mark({ generator }: { readonly generator: OfferedGenerator }) {
  switch (generator.of) {
    case 'group':
      return <GroupBadge cluster={generator.number} />;
    case 'community':
      return <CommunityBadge index={generator.index} />;
    case 'all':
      return text.host.allCommunities;
    default:
      return generator satisfies never;
  }
}

function nameOf(generator: OfferedGenerator): string {
  const words = text.host;
  switch (generator.of) {
    case 'group':
      return words.download(groupStyle(generator.number).letter);
    case 'community':
      return words.downloadCommunity(generator.index, generator.name);
    case 'all':
      return words.downloadAll;
    default:
      return generator satisfies never;
  }
}
