// The volunteer's page: three steps before training, one status while it runs, samples beside both.
import { useEffect } from 'react';
import { strategyOf } from '@tessera/core/strategy';
import { CommunityBadge } from '../../ui/CommunityBadge.tsx';
import { LiveStatus } from '../../ui/LiveStatus.tsx';
import { text } from '../../ui/messages.ts';
import { Notice } from '../../ui/Notice.tsx';
import { useNow } from '../../ui/use-now.ts';
import { ConnectImages } from '../connect-images/ConnectImages.tsx';
import { PrivacySection } from '../privacy/PrivacySection.tsx';
import { PrivacySentence } from '../privacy/PrivacySentence.tsx';
import { OwnSamplesPanel } from '../samples/OwnSamplesPanel.tsx';
import { CommunityChoice } from '../tiers/CommunityChoice.tsx';
import { Details } from '../training/Details.tsx';
import { PowerPanel } from '../training/PowerPanel.tsx';
import { StatusPanel } from '../training/StatusPanel.tsx';
import { EngineStep } from './EngineStep.tsx';
import { type Situation, situationOf } from './situation.ts';
import { StartStep } from './StartStep.tsx';
import { dataOf } from './volunteer-state.ts';
import { useVolunteer } from './volunteer-store.ts';
import './volunteer.css';

/** `/` */
export function VolunteerPage() {
  const state = useVolunteer();
  const { open, close } = state;
  useEffect(() => {
    open();
    return close;
  }, [open, close]);
  const situation = situationOf(state, useNow(state.device?.current.state === 'reconnecting'));
  useEffect(() => {
    if (state.started) scrollTo({ top: 0 });
  }, [state.started]);
  if (state.run.state === 'ready' && state.run.info.tier === 'cloud')
    return <CommunityChoice info={state.run.info} />;
  return (
    <div className={state.started ? 'volunteer volunteer-started' : 'volunteer'}>
      <div className="volunteer-work">
        <Intro />
        {state.started ? <StatusPanel situation={situation} /> : <Steps situation={situation} />}
      </div>
      <OwnSamplesPanel />
      <div className="volunteer-more">
        {state.started && (
          <>
            <PowerPanel />
            <Details />
          </>
        )}
        <PrivacySentence />
      </div>
      <PrivacySection />
      <LiveStatus message={situation.announcement} />
    </div>
  );
}

function Steps({ situation }: { readonly situation: Situation }) {
  return (
    <>
      {situation.tone === 'trouble' && (
        <Notice tone="bad" role="alert">
          {situation.sentence}
        </Notice>
      )}
      <ol className="steps" aria-label={text.intro.steps}>
        <ConnectImages />
        <EngineStep />
        <StartStep situation={situation} />
      </ol>
    </>
  );
}

function Intro() {
  const run = useVolunteer((state) => state.run);
  const settings = run.state === 'ready' ? run.info.settings : undefined;
  const community = run.state === 'ready' ? run.info.community : undefined;
  const what = text.data[dataOf(run)].intro[strategyOf(settings?.strategy ?? 'huscf-gan').schedule];
  const own = settings !== undefined && settings.sentence !== '' ? settings.sentence : undefined;
  return (
    <header className="intro">
      <h1>{settings?.title ?? text.shell.name}</h1>
      <p className="intro-sentence">{own ?? what}</p>
      {own !== undefined && <p className="quiet">{what}</p>}
      {community !== undefined && (
        <p>
          <CommunityBadge index={settings?.communities.indexOf(community) ?? 0} />{' '}
          {text.tiers.belongs(community)} <span className="quiet">{text.tiers.belongsWhy}</span>
        </p>
      )}
      {settings !== undefined && settings.hostedBy !== '' && (
        <p className="small quiet">{text.intro.hostedBy(settings.hostedBy)}</p>
      )}
    </header>
  );
}
