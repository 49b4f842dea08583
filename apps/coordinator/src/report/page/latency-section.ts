// Where the time of a step goes, and what was expected.
import type { Results } from '@tessera/core/report';
import { difference, duration, share } from './format.ts';
import type { Section } from './frame.ts';
import { type Html, html, type HtmlValue } from './html.ts';
import { table } from './table.ts';

type Latency = Results['latency'];

const STAGE_STYLES = 6;

/** Latency by stage. */
export function latencySection({ latency }: Results): Section {
  return {
    id: 'latency',
    title: 'Time of a step',
    body: html`<p>${expectation(latency)}</p>
      ${latency.stages.length > 0 && stages(latency)}`,
  };
}

function expectation({ predictedStepSeconds, measuredStepSeconds, model }: Latency): string {
  if (measuredStepSeconds === null) return 'The time of a step was not measured.';
  const predicted =
    predictedStepSeconds === null
      ? ''
      : `; the cut search expected ${duration(predictedStepSeconds)} (${away(measuredStepSeconds, predictedStepSeconds)})`;
  const reference =
    model === null
      ? ''
      : ` By the cost model “${model.name}” it would be ${duration(model.seconds)} (${away(measuredStepSeconds, model.seconds)}).`;
  return `A step took ${duration(measuredStepSeconds)} of virtual time in the mean${predicted}.${reference}`;
}

function away(measured: number, expected: number): string {
  return expected === 0
    ? 'no ratio'
    : `measured ${difference((100 * (measured - expected)) / expected, 1)} %`;
}

function stages({ stages: parts }: Latency): HtmlValue {
  const sum = parts.reduce((total, { seconds }) => total + seconds, 0);
  const part = (seconds: number) => (sum === 0 ? 0 : seconds / sum);
  return html`<div class="bar" aria-hidden="true">
      ${parts
        .filter(({ seconds }) => seconds > 0)
        .map(
          ({ name, seconds }) =>
            html`<span
              class="${stageClass(parts, name)}"
              style="flex:${part(seconds).toFixed(4)} 1 0"
            ></span>`,
        )}
    </div>
    ${table({
      caption: 'Stages',
      columns: [
        { title: 'Stage' },
        { title: 'Mean in a step', number: true },
        { title: 'Share', number: true },
      ],
      rows: [
        ...parts.map(({ name, seconds }) => ({
          cells: [key(parts, name), duration(seconds), share(part(seconds), 1)],
        })),
        { style: 'sum', cells: ['Together', duration(sum), share(sum === 0 ? null : 1, 1)] },
      ],
    })}`;
}

function key(parts: Latency['stages'], name: string): Html {
  return html`<span class="key ${stageClass(parts, name)}" aria-hidden="true"></span>${name}`;
}

function stageClass(parts: Latency['stages'], name: string): string {
  return `s${parts.findIndex((part) => part.name === name) % STAGE_STYLES}`;
}
