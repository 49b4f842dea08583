// The run page of a cloud: the tree of the tiers, and what the communities draw beside the global model.
import { namesOfShown } from '@tessera/core/protocol';
import { strategyOf } from '@tessera/core/strategy';
import { useEffect } from 'react';
import { text } from '../../ui/messages.ts';
import { Notice } from '../../ui/Notice.tsx';
import { TilePicture } from '../../ui/TilePicture.tsx';
import type { RunInfo } from '../api/coordinator-api.ts';
import { Downloads } from '../host-controls/Downloads.tsx';
import { useHost } from '../host-controls/host-store.ts';
import { generatorsOfCloud } from '../host-controls/offered-generators.ts';
import { JoinPanel } from '../join-panel/JoinPanel.tsx';
import { TierSamples } from './TierSamples.tsx';
import { TierTree } from './TierTree.tsx';
import { useTiers } from './use-tiers.ts';

/** Most samples beside each other. */
const SAMPLES_IN_ROW = 10;

/** `/run` of a cloud. */
export function CloudPage({ info }: { readonly info: RunInfo }) {
  const { tiers, live } = useTiers(true);
  const enter = useHost((state) => state.enter);
  useEffect(() => void enter(), [enter]);
  const { settings } = info;
  const words = text.tiers;
  const working = tiers?.tree?.communities.some(({ present }) => present) ?? false;
  const pattern = !live ? 'lost' : working ? 'joining' : 'waiting';
  return (
    <div className="cloud-page">
      <header className="run-title">
        <TilePicture pattern={pattern} size={72} />
        <div>
          <p className="quiet">{settings.title}</p>
          <h1>{words.runPage(settings.communities.length)}</h1>
          <p>{strategyOf(settings.strategy).title}</p>
        </div>
      </header>
      {!live && (
        <Notice tone="bad" role="alert">
          {words.lost}
        </Notice>
      )}
      {tiers ? <TierTree tiers={tiers} data={settings.data} /> : <p className="quiet">{words.loading}</p>}
      <div className="panel">
        <TierSamples
          title={words.samples.title}
          versions={tiers?.sampleVersions ?? []}
          names={namesOfShown(settings)}
          communities={settings.communities}
          most={SAMPLES_IN_ROW}
        />
        {tiers?.tree && (
          <Downloads offered={generatorsOfCloud(tiers.tree)} forEverybody={settings.volunteersMayDownload} />
        )}
      </div>
      <JoinPanel />
    </div>
  );
}
