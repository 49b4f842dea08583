// The volunteer's reward: what its own group draws, newest first, back to the noise of the beginning.
import { namesOfShown, type RunSettings, runSpec } from '@tessera/core/protocol';
import { strategyOf } from '@tessera/core/strategy';
import { GroupBadge } from '../../ui/GroupBadge.tsx';
import { groupStyle } from '../../ui/groups.ts';
import { text } from '../../ui/messages.ts';
import { bytesOfBase64 } from '../../ui/pixels.ts';
import { TierSamples } from '../tiers/TierSamples.tsx';
import { useTiers } from '../tiers/use-tiers.ts';
import { useVolunteer } from '../volunteer/volunteer-store.ts';
import { ownRounds } from './own-rounds.ts';
import { afterRounds, RoundSlider } from './RoundSlider.tsx';
import { RunSamplesPanel } from './RunSamplesPanel.tsx';
import { EmptySampleGrid, SampleGrid } from './SampleGrid.tsx';
import { useRoundSamples } from './samples-cache.ts';
import { useChosenRound } from './use-chosen-round.ts';
import { useSampleRounds } from './use-run-samples.ts';

/** Most images in a row: large ones are the reward. */
const MOST = 6;

/** Samples of the own group, or of the own community beside the global ones; before the device has any, those of the whole run. */
export function OwnSamplesPanel() {
  const isEdge = useVolunteer(({ run: known }) => known.state === 'ready' && known.info.tier === 'edge');
  const versions = useTiers(isEdge).tiers?.sampleVersions ?? [];
  const run = useVolunteer((state) => state.run);
  const hasOwn = useVolunteer((state) => state.samples.length > 0);
  if (run.state !== 'ready') return <section className="samples own-samples" />;
  const { settings, community } = run.info;
  if (community !== undefined && versions.length > 0)
    return (
      <TierSamples
        className="own-samples"
        title={text.tiers.samples.own}
        versions={versions}
        names={namesOfShown(settings)}
        communities={settings.communities}
        own={community}
        most={MOST}
      />
    );
  if (hasOwn) return <OwnSamples settings={settings} />;
  return (
    <RunSamplesPanel
      className="own-samples"
      title={text.samples.run}
      names={namesOfShown(settings)}
      most={MOST}
    />
  );
}

function OwnSamples({ settings }: { readonly settings: RunSettings }) {
  const samples = useVolunteer((state) => state.samples);
  const cluster = useVolunteer((state) => state.device?.assignment?.cluster);
  const earlier = useSampleRounds(true);
  const rounds = ownRounds(
    samples.map((sample) => sample.round),
    earlier ?? [],
  );
  const { round: after, choose } = useChosenRound(rounds.map((round) => round.after));
  const ofCoordinator = rounds.find((round) => round.after === after)?.from === 'coordinator';
  const fetched = useRoundSamples(ofCoordinator ? after : undefined);
  const groups = fetched.state === 'ready' ? fetched.samples.groups : [];
  const group = groups.find((candidate) => candidate.cluster === cluster) ?? groups[0];
  const own = samples.find((sample) => sample.round === after);
  const pixels = ofCoordinator ? group && bytesOfBase64(group.pixels) : own?.pixels;
  const labels = namesOfShown(settings);
  const { oneGroup, schedule } = strategyOf(settings.strategy);
  const fresh = schedule === 'judged' ? text.samples.drawnForYou : text.samples.fresh;
  return (
    <section className="samples own-samples" aria-labelledby="own-samples-title">
      <div className="samples-head">
        <h2 id="own-samples-title">{text.samples.own}</h2>
      </div>
      {pixels ? (
        <SampleGrid shape={runSpec(settings).imageShape} pixels={pixels} labels={labels} most={MOST} />
      ) : (
        <EmptySampleGrid labels={labels} most={MOST} />
      )}
      {after !== undefined && (
        <RoundSlider
          rounds={rounds.map((round) => round.after)}
          round={after}
          onRound={choose}
          nameOf={afterRounds}
        />
      )}
      <p>
        {cluster === undefined ? (
          text.training.noGroup
        ) : (
          <>
            <GroupBadge cluster={cluster} /> {text.data[settings.data].helped(groupStyle(cluster).letter)}
          </>
        )}
      </p>
      {cluster !== undefined && (
        <p className="small quiet">
          {oneGroup ? text.training.oneGroupWhy : text.data[settings.data].groupWhy}
        </p>
      )}
      <p className="small quiet">{ofCoordinator ? text.samples.earlier : fresh}</p>
    </section>
  );
}
