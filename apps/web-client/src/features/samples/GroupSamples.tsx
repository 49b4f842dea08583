// Samples of every group at one round.
import type { RoundSamples, RunView } from '@tessera/core/session';
import { useMemo } from 'react';
import { CommunityBadge } from '../../ui/CommunityBadge.tsx';
import { GroupBadge } from '../../ui/GroupBadge.tsx';
import { groupStyle } from '../../ui/groups.ts';
import { text } from '../../ui/messages.ts';
import { bytesOfBase64 } from '../../ui/pixels.ts';
import { TierRows } from '../tiers/TierRows.tsx';
import { SampleGrid } from './SampleGrid.tsx';

interface GroupSamplesProps {
  readonly samples: RoundSamples;
  /** One for each picture. */
  readonly names: readonly string[];
  readonly most: number;
  /** On an edge: group 0 is this community's, group 1 the global model's. */
  readonly community?: RunView['community'];
  /** Short marks beside the rows instead of titles above them. */
  readonly marks?: boolean;
}

/** One row a group: one image a class, or a cloud of points. */
export function GroupSamples({ samples, names, most, community, marks = false }: GroupSamplesProps) {
  const groups = useMemo(
    () =>
      samples.groups.map((group) => ({
        cluster: group.cluster,
        pixels: bytesOfBase64(group.pixels),
      })),
    [samples],
  );
  if (community && !marks)
    return (
      <TierRows pictures={names.length} rows={groups.length}>
        {groups.map((group) => (
          <div key={group.cluster} className="tier-sample-row">
            <h3>{titleOnEdge(group.cluster, community)}</h3>
            <SampleGrid shape={samples.shape} pixels={group.pixels} labels={names} most={most} />
          </div>
        ))}
      </TierRows>
    );
  return groups.map((group) => (
    <div
      key={group.cluster}
      className="group-samples"
      role="group"
      aria-label={labelOf(group.cluster, community)}
    >
      <Mark group={group.cluster} community={community} />
      <SampleGrid shape={samples.shape} pixels={group.pixels} labels={names} most={most} />
    </div>
  ));
}

type Community = RunView['community'];

function labelOf(group: number, community: Community): string {
  if (!community) return text.samples.group(groupStyle(group).letter);
  return group > 0 ? text.tiers.samples.global : text.tiers.samples.community(community.name);
}

function Mark({ group, community }: { readonly group: number; readonly community: Community }) {
  if (!community) return <GroupBadge cluster={group} />;
  if (group === 0) return <CommunityBadge index={community.index} />;
  return <span className="group-badge">{text.tiers.samples.globalMark}</span>;
}

function titleOnEdge(group: number, { index, name }: NonNullable<Community>) {
  const words = text.tiers.samples;
  if (group > 0) return words.global;
  return (
    <>
      <CommunityBadge index={index} /> {words.community(name)}
    </>
  );
}
