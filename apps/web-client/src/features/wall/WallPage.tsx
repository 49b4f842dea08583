// The wall: the run for a room, readable from six metres, without controls and without secrets.
import { namesOfShown } from '@tessera/core/protocol';
import type { RunView } from '@tessera/core/session';
import { type CSSProperties, useEffect } from 'react';
import { Address } from '../../ui/Address.tsx';
import { balancedColumns } from '../../ui/columns.ts';
import { formatCount } from '../../ui/format.ts';
import { LiveStatus } from '../../ui/LiveStatus.tsx';
import { text } from '../../ui/messages.ts';
import { applyTheme } from '../../ui/theme.ts';
import { TilePicture } from '../../ui/TilePicture.tsx';
import { QrCode } from '../join-panel/QrCode.tsx';
import { useJoinInfo } from '../join-panel/use-join-info.ts';
import { deviceCounts } from '../run/counts.ts';
import { phasePicture, phaseSentence } from '../run/phase.ts';
import { useRun } from '../run/run-store.ts';
import { GroupSamples } from '../samples/GroupSamples.tsx';
import { useRoundSamples } from '../samples/samples-cache.ts';
import './wall.css';

/** `/wall`, or any page with `?wall`; dark unless `?theme=light`. */
export function WallPage() {
  const { view, watch } = useRun();
  useEffect(() => {
    applyTheme(new URLSearchParams(location.search).get('theme') === 'light' ? 'light' : 'dark', false);
    return watch();
  }, [watch]);
  if (!view) return <main className="wall wall-waiting">{text.run.connecting}</main>;
  const counts = deviceCounts(view.devices);
  return (
    <main className="wall">
      <header className="wall-header">
        <TilePicture pattern={phasePicture(view.phase)} size={120} />
        <div>
          <p className="wall-title">{view.settings.title}</p>
          <h1>{text.run.phases[view.phase]}</h1>
          <p className="wall-step">{phaseSentence(view)}</p>
        </div>
      </header>
      {view.sampleRounds.length > 0 ? <WallSamples view={view} /> : <WallJoin large />}
      <aside className="wall-side">
        <dl className="wall-figures">
          <div>
            <dd>{formatCount(counts.training)}</dd>
            <dt>{text.run.trainingNow}</dt>
          </div>
          <div>
            <dd>{formatCount(counts.waiting + counts.watching)}</dd>
            <dt>{text.run.waitingNow}</dt>
          </div>
        </dl>
        {view.secondsLeft !== undefined && (
          <p className="wall-left">{text.run.leftAbout(view.secondsLeft)}</p>
        )}
        {view.sampleRounds.length > 0 && <WallJoin />}
      </aside>
      <LiveStatus message={text.run.announce(text.run.phases[view.phase], view.round)} />
    </main>
  );
}

/** Most samples beside each other; a single group has room for larger ones in two rows. */
const IN_ROW = 10;

function WallSamples({ view: { sampleRounds, settings, community } }: { readonly view: RunView }) {
  const names = namesOfShown(settings);
  const loaded = useRoundSamples(sampleRounds.at(-1));
  if (loaded.state !== 'ready') return <section className="wall-samples" aria-label={text.samples.wall} />;
  const groups = loaded.samples.groups.length;
  const most = groups === 1 ? Math.ceil(names.length / 2) : IN_ROW;
  const columns = balancedColumns(names.length, most);
  const rows = groups * Math.ceil(names.length / columns);
  const sizes = { '--columns': columns, '--groups': groups, '--rows': rows } as CSSProperties; // custom properties
  return (
    <section className="wall-samples" aria-label={text.samples.wall} style={sizes}>
      <GroupSamples
        samples={loaded.samples}
        names={names}
        most={most}
        // Clouds have room for names above them, rows of pictures only for marks beside them.
        marks={names.length > 1}
        {...(community && { community })}
      />
    </section>
  );
}

/** In the corner beside the samples; large while there are none and people are still to come. */
function WallJoin({ large = false }: { readonly large?: boolean }) {
  const url = useJoinInfo()?.urls[0];
  if (url === undefined) return null;
  return (
    <section className={large ? 'wall-join wall-join-large' : 'wall-join'} aria-label={text.join.title}>
      <QrCode url={url} />
      <div>
        {large && <p className="wall-how">{text.join.how}</p>}
        <p className="wall-url">
          <Address url={url} />
        </p>
      </div>
    </section>
  );
}
