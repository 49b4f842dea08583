// The volunteer's reward: what its own group draws, newest first, back to the noise of the beginning.
import { GroupBadge } from '../../ui/GroupBadge.tsx';
import { groupStyle } from '../../ui/groups.ts';
import { text } from '../../ui/messages.ts';
import { useVolunteer } from '../volunteer/volunteer-store.ts';
import { afterRounds, RoundSlider } from './RoundSlider.tsx';
import { RunSamplesPanel } from './RunSamplesPanel.tsx';
import { EmptySampleGrid, SampleGrid } from './SampleGrid.tsx';
import { useChosenRound } from './use-chosen-round.ts';

/** Most images in a row: large ones are the reward. */
const MOST = 6;

/** Samples of the own group; before the device has any, those of the whole run. */
export function OwnSamplesPanel() {
  const run = useVolunteer((state) => state.run);
  const samples = useVolunteer((state) => state.samples);
  const assignment = useVolunteer((state) => state.device?.assignment);
  const rounds = samples.map((sample) => sample.round);
  const { round, choose } = useChosenRound(rounds);
  const settings = run.state === 'ready' ? run.info.settings : undefined;
  const shown = samples.find((sample) => sample.round === round);
  if (!settings) return <section className="samples own-samples" />;
  if (!shown || round === undefined) return <BeforeOwnSamples classes={settings.classes} />;
  const { imageSize, imageChannels, classes } = settings;
  return (
    <section className="samples own-samples" aria-labelledby="own-samples-title">
      <div className="samples-head">
        <h2 id="own-samples-title">{text.samples.own}</h2>
      </div>
      <SampleGrid
        shape={[imageSize, imageSize, imageChannels]}
        pixels={shown.pixels}
        labels={classes}
        most={MOST}
      />
      <RoundSlider rounds={rounds} round={round} onRound={choose} nameOf={afterRounds} />
      <p>
        {assignment ? (
          <>
            <GroupBadge cluster={assignment.cluster} />{' '}
            {text.training.group(groupStyle(assignment.cluster).letter)}
          </>
        ) : (
          text.training.noGroup
        )}
      </p>
      <p className="small quiet">{text.samples.fresh}</p>
    </section>
  );
}

function BeforeOwnSamples({ classes }: { readonly classes: readonly string[] }) {
  return (
    <RunSamplesPanel
      className="own-samples"
      most={MOST}
      title={text.samples.run}
      fallback={
        <>
          <EmptySampleGrid labels={classes} most={MOST} />
          <p className="quiet">{text.samples.empty}</p>
        </>
      }
    />
  );
}
