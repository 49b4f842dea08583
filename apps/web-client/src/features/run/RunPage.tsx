// The run page: is it going well, and if not, who or what?
import { namesOfShown } from '@tessera/core/protocol';
import { devicesJudge } from '@tessera/core/strategy';
import { useEffect } from 'react';
import { LiveStatus } from '../../ui/LiveStatus.tsx';
import { text } from '../../ui/messages.ts';
import { Notice } from '../../ui/Notice.tsx';
import { GroupStrip } from '../charts/GroupStrip.tsx';
import { JudgedChart } from '../charts/JudgedChart.tsx';
import { LossChart } from '../charts/LossChart.tsx';
import { StepStages } from '../charts/StepStages.tsx';
import { Downloads } from '../host-controls/Downloads.tsx';
import { generatorsOfRun } from '../host-controls/offered-generators.ts';
import { JoinPanel } from '../join-panel/JoinPanel.tsx';
import { DeviceTable } from '../run-devices/DeviceTable.tsx';
import { RunSamplesPanel } from '../samples/RunSamplesPanel.tsx';
import { CloudPage } from '../tiers/CloudPage.tsx';
import { TierTree } from '../tiers/TierTree.tsx';
import { useRunInfo, useTiers } from '../tiers/use-tiers.ts';
import { useRun } from './run-store.ts';
import { RunHeader } from './RunHeader.tsx';
import { Warnings } from './Warnings.tsx';
import './run.css';

/** Most samples beside each other. */
const SAMPLES_IN_ROW = 12;

/** `/run`, of a coordinator, of an edge or of a cloud. */
export function RunPage() {
  const info = useRunInfo();
  if (info?.tier === 'cloud') return <CloudPage info={info} />;
  return <CoordinatorPage isEdge={info?.tier === 'edge'} />;
}

function CoordinatorPage({ isEdge }: { readonly isEdge: boolean }) {
  const { view, live, watch } = useRun();
  const { tiers } = useTiers(isEdge);
  useEffect(() => watch(), [watch]);
  if (!view)
    return <p className="quiet run-loading">{live ? text.run.connecting : text.status.unreachable}</p>;
  const { settings } = view;
  return (
    <div className="run">
      <RunHeader view={view} />
      {!live && (
        <Notice tone="bad" role="alert">
          {text.run.lost}
        </Notice>
      )}
      <Warnings warnings={view.warnings} />
      {tiers && <TierTree tiers={tiers} data={settings.data} run={view} />}
      <div className="run-middle">
        <div className="panel">
          <RunSamplesPanel
            title={isEdge ? text.tiers.samples.edge : text.samples.run}
            community={view.community}
            names={namesOfShown(settings)}
            most={SAMPLES_IN_ROW}
            rounds={view.sampleRounds}
          />
          <Downloads offered={generatorsOfRun(view)} forEverybody={settings.volunteersMayDownload} />
        </div>
        <section className="panel run-devices" aria-labelledby="devices-title">
          <h2 id="devices-title">{text.devices.title}</h2>
          <DeviceTable view={view} />
        </section>
      </div>
      <div className={isEdge ? 'run-bottom run-bottom-edge' : 'run-bottom'}>
        <div className="panel">
          <LossChart
            title={text.charts.losses}
            explanation={text.charts.lossesWhat}
            losses={view.losses}
            stepsPerRound={settings.stepsPerRound}
          />
        </div>
        <div className="panel">
          <StepStages stepTime={view.stepTime} />
        </div>
        {!isEdge && (
          <div className="panel">
            <GroupStrip view={view} />
          </div>
        )}
        <JoinPanel />
        {devicesJudge(settings) && (
          <div className="panel run-judged">
            <JudgedChart judged={view.judged} />
          </div>
        )}
      </div>
      <LiveStatus message={text.run.announce(text.run.phases[view.phase], view.round)} />
    </div>
  );
}
