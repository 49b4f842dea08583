// Samples of the global model and of the communities in it, with a slider over the merges.
import type { RoundSamples } from '@tessera/core/session';
import { type ReactNode, useId, useMemo } from 'react';
import { CommunityBadge } from '../../ui/CommunityBadge.tsx';
import { text } from '../../ui/messages.ts';
import { bytesOfBase64 } from '../../ui/pixels.ts';
import { RoundSlider } from '../samples/RoundSlider.tsx';
import { EmptySampleGrid, SampleGrid } from '../samples/SampleGrid.tsx';
import { useTierSamples } from '../samples/samples-cache.ts';
import { useChosenRound } from '../samples/use-chosen-round.ts';
import { TierRows } from './TierRows.tsx';
import '../samples/samples.css';

interface TierSamplesProps {
  readonly title: string;
  readonly className?: string;
  readonly versions: readonly number[];
  /** One for each picture. */
  readonly names: readonly string[];
  readonly communities: readonly string[];
  /** Only this community, by name, beside the global model; absent: all of them. */
  readonly own?: string;
  /** Most images in a row on wide screens. */
  readonly most: number;
}

/** Group 0 of the samples is the global model, community k its group k + 1. */
export function TierSamples({
  title,
  className = '',
  versions,
  names,
  communities,
  own,
  most,
}: TierSamplesProps) {
  const { round: version, choose } = useChosenRound(versions);
  const loaded = useTierSamples(version);
  const titleId = useId();
  const words = text.tiers.samples;
  const shown = communities
    .map((name, index) => ({ name, index }))
    .filter(({ name }) => own === undefined || name === own);
  return (
    <section className={`samples ${className}`} aria-labelledby={titleId}>
      <div className="samples-head">
        <h2 id={titleId}>{title}</h2>
      </div>
      {loaded.state === 'loading' && <EmptySampleGrid labels={names} most={most} />}
      {loaded.state === 'ready' && (
        <TierRows pictures={names.length} rows={shown.length + 1} wide={own === undefined}>
          {shown.map(({ name, index }) => (
            <Row key={name} samples={loaded.samples} group={index + 1} names={names} most={most}>
              <CommunityBadge index={index} /> {words.community(name)}
            </Row>
          ))}
          <Row samples={loaded.samples} group={0} names={names} most={most}>
            {words.global}
          </Row>
        </TierRows>
      )}
      {loaded.state === 'failed' && <p className="quiet">{text.samples.failed}</p>}
      {versions.length === 0 && <p className="quiet">{words.empty}</p>}
      {version !== undefined && (
        <RoundSlider rounds={versions} round={version} onRound={choose} nameOf={words.afterMerge} />
      )}
    </section>
  );
}

interface RowProps {
  readonly samples: RoundSamples;
  readonly group: number;
  readonly names: readonly string[];
  readonly most: number;
  readonly children: ReactNode;
}

/** A community that has brought nothing yet has no row. */
function Row({ samples, group, names, most, children }: RowProps) {
  const found = samples.groups.find(({ cluster }) => cluster === group);
  const pixels = useMemo(() => found && bytesOfBase64(found.pixels), [found]);
  if (!pixels) return null;
  return (
    <div className="tier-sample-row">
      <h3>{children}</h3>
      <SampleGrid shape={samples.shape} pixels={pixels} labels={names} most={most} />
    </div>
  );
}
