// The generators of the last finished round, one for each group.
import type { RunView } from '@tessera/core/session';
import { GroupBadge } from '../../ui/GroupBadge.tsx';
import { groupStyle } from '../../ui/groups.ts';
import { text } from '../../ui/messages.ts';
import { generatorUrl } from '../api/coordinator-api.ts';
import { useHost } from './host-store.ts';

/** Download links, for the host, and for everybody where the run allows it. */
export function Downloads({ view }: { readonly view: RunView }) {
  const host = useHost((state) => state.host);
  const clusters = [...new Set(Object.values(view.groups.at(-1)?.of ?? {}))].sort((a, b) => a - b);
  if ((!host && !view.settings.volunteersMayDownload) || clusters.length === 0) return null;
  return (
    <div className="downloads">
      <span className="small quiet">{text.host.downloads}</span>
      {clusters.map((cluster) => (
        <a
          key={cluster}
          className="button"
          href={generatorUrl(cluster)}
          download
          aria-label={text.host.download(groupStyle(cluster).letter)}
        >
          <GroupBadge cluster={cluster} />
        </a>
      ))}
    </div>
  );
}
