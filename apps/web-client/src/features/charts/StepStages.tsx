// Where a step's time goes, against what was predicted.
import type { RunView } from '@tessera/core/session';
import { formatShare, formatStepSeconds } from '../../ui/format.ts';
import { text } from '../../ui/messages.ts';
import { ChartFigure } from './ChartFigure.tsx';

const STAGES = ['deviceCompute', 'body', 'wireAndWaiting'] as const;

/** One bar in three parts; the numbers stand beside it, so that it needs no table of its own. */
export function StepStages({ stepTime }: { readonly stepTime: RunView['stepTime'] }) {
  const words = text.charts;
  if (!stepTime) {
    return (
      <ChartFigure title={words.stages} table={undefined}>
        <p className="quiet">{words.stagesNone}</p>
      </ChartFigure>
    );
  }
  const sum = STAGES.reduce((total, stage) => total + stepTime[stage], 0) || 1;
  return (
    <ChartFigure
      title={words.stages}
      explanation={words.stagesTotal(stepTime.total, stepTime.predicted)}
      table={undefined}
    >
      <div className="stage-bar" aria-hidden="true">
        {STAGES.map((stage, i) => (
          <span key={stage} className={`stage-${String(i)}`} style={{ flexGrow: stepTime[stage] / sum }} />
        ))}
      </div>
      <ul className="stage-list">
        {STAGES.map((stage, i) => (
          <li key={stage}>
            <span className={`stage-key stage-${String(i)}`} aria-hidden="true" />
            <span>{words.stageNames[stage]}</span>
            <span className="number">{formatStepSeconds(stepTime[stage])}</span>
            <span className="number quiet">{formatShare(stepTime[stage] / sum)}</span>
          </li>
        ))}
      </ul>
    </ChartFigure>
  );
}
