// How a run went: the figures of every domain and the losses, round by round.
import type { Results } from '@tessera/core/report';
import { curveFigures, measuredPoints, scoredPoints } from './curve-figures.ts';
import type { Section } from './frame.ts';
import { html } from './html.ts';
import { lineChart } from './line-chart.ts';

/** Curves per round. */
export function curvesSection({ rounds, domains }: Results): Section {
  const losses = (['generator', 'discriminatorReal', 'discriminatorFake'] as const).map((key, i) => ({
    label: ['Generator', 'Discriminator, real images', 'Discriminator, generated images'][i] ?? key,
    points: measuredPoints(rounds, (round) => round.losses[key]),
    style: LOSS_STYLES[i] ?? 0,
  }));
  return {
    id: 'curves',
    title: 'Curves',
    body: html`<div class="charts">
      ${[
        ...curveFigures(rounds).map(({ key, ...figure }) =>
          lineChart({
            ...figure,
            xName: 'round',
            lines: domains.map(({ name }, style) => ({
              label: name,
              points: scoredPoints(rounds, name, key),
              style,
            })),
          }),
        ),
        lineChart({
          title: 'Losses',
          explanation:
            'Means over each round. Losses of the two networks balance; by themselves they say little about the pictures.',
          xName: 'round',
          digits: 3,
          from: 0,
          lines: losses,
        }),
        lineChart({
          title: 'Silhouette of the groups',
          explanation: 'How well the groups are told apart, from -1 to 1; none where there is one group.',
          xName: 'round',
          from: 0,
          lines: [
            {
              label: 'Mean silhouette',
              points: measuredPoints(rounds, (round) => round.silhouette),
              style: 0,
            },
          ],
        }),
      ]}
    </div>`,
  };
}

/** As on the run page: the generator in the accent colour, the discriminator in ink. */
const LOSS_STYLES = [0, 4, 5];
