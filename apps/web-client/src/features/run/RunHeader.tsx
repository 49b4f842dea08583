// Title, big status, and the figures that matter most.
import type { RunView } from '@tessera/core/session';
import { strategyOf } from '@tessera/core/strategy';
import { formatBytes, formatCount, formatDuration, formatStepSeconds } from '../../ui/format.ts';
import { text } from '../../ui/messages.ts';
import { TilePicture } from '../../ui/TilePicture.tsx';
import { HostControls } from '../host-controls/HostControls.tsx';
import { deviceCounts } from './counts.ts';
import { phasePicture, phaseSentence } from './phase.ts';

/** The top of the run page. */
export function RunHeader({ view }: { readonly view: RunView }) {
  const { settings } = view;
  const counts = deviceCounts(view.devices);
  const words = text.run;
  const { schedule } = strategyOf(settings.strategy);
  const engine = text.engine.described(view.engine.backend, view.engine.adapter);
  const figures: (readonly [string, string])[] = [
    [formatCount(counts.training), words.trainingNow],
    [formatCount(counts.waiting), words.waitingNow],
    [formatCount(counts.watching), words.watchingNow],
    [view.stepTime ? formatStepSeconds(view.stepTime.total) : '–', words.stepTime],
    [formatBytes(view.bytesReceived + view.bytesSent), words.traffic],
    [formatDuration(view.elapsedSeconds), words.elapsed],
    [view.secondsLeft === undefined ? '–' : formatDuration(view.secondsLeft), words.left],
  ];
  return (
    <header className="run-header">
      <div className="run-title">
        <TilePicture pattern={phasePicture(view.phase)} size={72} />
        <div>
          <p className="quiet">{settings.title}</p>
          <h1>{words.phases[view.phase]}</h1>
          <p>{phaseSentence(view)}</p>
        </div>
      </div>
      <HostControls view={view} />
      <dl className="run-figures">
        {figures.map(([value, name]) => (
          <div key={name}>
            <dd>{value}</dd>
            <dt className="small quiet">{name}</dt>
          </div>
        ))}
      </dl>
      <p className="small quiet run-engine" title={view.engine.reason}>
        {words.engine[schedule]} {engine} ({view.engine.reason}).
      </p>
    </header>
  );
}
