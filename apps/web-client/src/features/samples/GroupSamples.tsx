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
}

/** One row a group: one image a class, or a cloud of points. */
export function GroupSamples({ samples, names, most, community }: GroupSamplesProps) {
  const groups = useMemo(
    () =>
      samples.groups.map((group) => ({
        cluster: group.cluster,
        pixels: bytesOfBase64(group.pixels),
      })),
    [samples],
  );
  if (community)
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
      aria-label={text.samples.group(groupStyle(group.cluster).letter)}
    >
      <GroupBadge cluster={group.cluster} />
      <SampleGrid shape={samples.shape} pixels={group.pixels} labels={names} most={most} />
    </div>
  ));
}

function titleOnEdge(group: number, { index, name }: NonNullable<RunView['community']>) {
  const words = text.tiers.samples;
  if (group > 0) return words.global;
  return (
    <>
      <CommunityBadge index={index} /> {words.community(name)}
    </>
  );
}
