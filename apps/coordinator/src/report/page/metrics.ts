// The measured figures of a domain: their names, digits, and which direction is better.
import type { DomainResults, Results } from '@tessera/core/report';
import { type Html, html } from './html.ts';

/** Figures of a domain that are one number. */
export type MetricKey =
  | 'accuracy'
  | 'precision'
  | 'recall'
  | 'f1'
  | 'fpr'
  | 'score'
  | 'frechet'
  | 'agreement'
  | 'rightDomain'
  | 'modes'
  | 'nearby'
  | 'realAccuracy'
  | 'realScore';

/** How a figure is shown. */
export interface Metric {
  readonly key: MetricKey & keyof DomainResults;
  readonly title: string;
  readonly digits: number;
  /** Undefined: the figure is no achievement of the generator. */
  readonly better?: 'higher' | 'lower';
}

/** All of them, in the order of the paper. */
export const METRICS: readonly Metric[] = [
  { key: 'accuracy', title: 'Accuracy %', digits: 2, better: 'higher' },
  { key: 'precision', title: 'Precision %', digits: 2, better: 'higher' },
  { key: 'recall', title: 'Recall %', digits: 2, better: 'higher' },
  { key: 'f1', title: 'F1 %', digits: 2, better: 'higher' },
  { key: 'fpr', title: 'FPR %', digits: 2, better: 'lower' },
  { key: 'score', title: 'Image score', digits: 2, better: 'higher' },
  { key: 'frechet', title: 'Fréchet', digits: 1, better: 'lower' },
  { key: 'agreement', title: 'Same class', digits: 3, better: 'higher' },
  { key: 'rightDomain', title: 'Right domain', digits: 3, better: 'higher' },
  { key: 'modes', title: 'Modes hit', digits: 0, better: 'higher' },
  { key: 'nearby', title: 'Near a mode', digits: 3, better: 'higher' },
  { key: 'realAccuracy', title: 'Real data %', digits: 2 },
  { key: 'realScore', title: 'Real score', digits: 2 },
];

const METRICS_EXPLAINED =
  'Accuracy, precision, recall, F1 and false positive rate (macro means) are those of a classifier trained on generated images alone and tested on real ones. The image score is like the Inception score, and Fréchet is the Fréchet distance of features, both with a scorer trained on the real images of the domain; the distance is not comparable with FID. “Real data” is the accuracy of that scorer and “real score” the image score of the real test images with it: the bounds to aim at. “Same class” is how often one noise vector gives the same class in two domains, and “right domain” how often an image looks like the domain that was asked for, to a classifier of real images. Of points, a mode is hit that has a tenth of an equal share of them within three standard deviations, and “near a mode” is the share that is so near to any (98.9 % of real points). Lower is better for the false positive rate and Fréchet.';

/** What the figures mean, folded. */
export function metricsExplained(): Html {
  return html`<details>
    <summary>What these figures mean</summary>
    <p class="small">${METRICS_EXPLAINED}</p>
  </details>`;
}

/** The published figure, where the paper reports it. */
export function publishedFigure(row: Results['published'][number], { key }: Metric): number | null {
  const known: Readonly<Partial<Record<MetricKey, number | null | undefined>>> = row;
  return known[key] ?? null;
}

/** Where a published row stands in its paper. */
export function placeOf({ place, scenario }: Results['published'][number]): string {
  return place ?? `scenario ${String(scenario)}`;
}

/** The published row of a domain, matched by name whatever its case. */
export function publishedOf<Row extends { readonly domain: string }>(
  published: readonly Row[],
  domain: string,
): Row | undefined {
  return published.find((row) => row.domain.toLowerCase() === domain.toLowerCase());
}

/** Whether a difference is for the better, for the worse, or neither. */
export function judged({ better, digits }: Metric, difference: number): 'better' | 'worse' | '' {
  if (better === undefined || Number(difference.toFixed(digits)) === 0) return '';
  return difference > 0 === (better === 'higher') ? 'better' : 'worse';
}
