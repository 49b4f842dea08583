// The figures of a domain that are followed over the rounds.
import type { RoundResults } from '@tessera/core/report';
import type { Point } from './line-chart.ts';

/** One of them, and how its curve is drawn. */
export interface CurveFigure {
  readonly key: 'score' | 'frechet' | 'modes' | 'nearby';
  readonly title: string;
  readonly explanation: string;
  readonly digits?: number;
  /** The lowest number of the axis, at most. */
  readonly from: number;
}

const OF_IMAGES: readonly CurveFigure[] = [
  { key: 'score', title: 'Image score', explanation: 'Higher is better; 1 is noise.', from: 1 },
  { key: 'frechet', title: 'Fréchet distance', explanation: 'Lower is better.', digits: 1, from: 0 },
];
const OF_POINTS: readonly CurveFigure[] = [
  { key: 'modes', title: 'Modes hit', explanation: 'Higher is better.', digits: 1, from: 0 },
  {
    key: 'nearby',
    title: 'Points near a mode',
    explanation: 'The share within three standard deviations; 0.989 of real points.',
    from: 0,
  },
];

/** Those that fit what was generated. */
export function curveFigures(rounds: readonly RoundResults[]): readonly CurveFigure[] {
  const ofPoints = rounds.some(({ domains }) => domains.some(({ modes }) => modes !== undefined));
  return ofPoints ? OF_POINTS : OF_IMAGES;
}

/** The points of a domain in the rounds that scored it. */
export function scoredPoints(
  rounds: readonly RoundResults[],
  domain: string,
  figure: CurveFigure['key'],
): readonly Point[] {
  return measuredPoints(rounds, (round) => round.domains.find(({ name }) => name === domain)?.[figure]);
}

/** A figure in the rounds that have it. */
export function measuredPoints(
  rounds: readonly RoundResults[],
  figure: (round: RoundResults) => number | null | undefined,
): readonly Point[] {
  return rounds.flatMap((round) => {
    const y = figure(round);
    return typeof y === 'number' ? [{ x: round.round, y }] : [];
  });
}
