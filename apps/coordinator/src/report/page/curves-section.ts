// How a run went: score and Fréchet distance per domain, and the losses, round by round.
import type { Results, RoundResults } from '@tessera/core/report';
import type { Section } from './frame.ts';
import { html } from './html.ts';
import { lineChart, type Point } from './line-chart.ts';

type Figure = 'score' | 'frechet' | 'modes' | 'nearby';

/** Curves per round. */
export function curvesSection({ rounds, domains }: Results): Section {
  const lines = (figure: Figure) =>
    domains.map(({ name }, i) => ({ label: name, points: scoredPoints(rounds, name, figure), style: i }));
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
        ...(rounds.some((round) => round.domains.some(({ modes }) => modes !== undefined))
          ? [
              lineChart({
                title: 'Modes hit',
                explanation: 'Higher is better.',
                xName: 'round',
                digits: 0,
                from: 0,
                lines: lines('modes'),
              }),
              lineChart({
                title: 'Points near a mode',
                explanation: 'The share within three standard deviations; 0.989 of real points.',
                xName: 'round',
                from: 0,
                lines: lines('nearby'),
              }),
            ]
          : []),
        lineChart({
          title: 'Image score',
          explanation: 'Higher is better; 1 is noise.',
          xName: 'round',
          from: 1,
          lines: lines('score'),
        }),
        lineChart({
          title: 'Fréchet distance',
          explanation: 'Lower is better.',
          xName: 'round',
          digits: 1,
          from: 0,
          lines: lines('frechet'),
        }),
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

/** The points of a domain in the rounds that scored it. */
export function scoredPoints(
  rounds: readonly RoundResults[],
  domain: string,
  figure: Figure,
): readonly Point[] {
  return measuredPoints(rounds, (round) => round.domains.find(({ name }) => name === domain)?.[figure]);
}

function measuredPoints(
  rounds: readonly RoundResults[],
  figure: (round: RoundResults) => number | null | undefined,
): readonly Point[] {
  return rounds.flatMap((round) => {
    const y = figure(round);
    return typeof y === 'number' ? [{ x: round.round, y }] : [];
  });
}
