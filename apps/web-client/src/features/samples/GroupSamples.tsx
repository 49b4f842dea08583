// Samples of every group at one round.
import type { RoundSamples } from '@tessera/core/session';
import { useMemo } from 'react';
import { GroupBadge } from '../../ui/GroupBadge.tsx';
import { groupStyle } from '../../ui/groups.ts';
import { text } from '../../ui/messages.ts';
import { bytesOfBase64 } from '../../ui/pixels.ts';
import { SampleGrid } from './SampleGrid.tsx';

interface GroupSamplesProps {
  readonly samples: RoundSamples;
  /** One for each picture. */
  readonly names: readonly string[];
  readonly most: number;
}

/** One row a group: one image a class, or a cloud of points. */
export function GroupSamples({ samples, names, most }: GroupSamplesProps) {
  const groups = useMemo(
    () =>
      samples.groups.map((group) => ({
        cluster: group.cluster,
        pixels: bytesOfBase64(group.pixels),
      })),
    [samples],
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
