// The paper's own results, to stand beside ours (arXiv 2507.12979, as published with its code).
import type { Results } from '@tessera/core/report';

type PublishedRow = Results['published'][number];

/** Scenario, domain, accuracy, precision, recall, F1, FPR (percent), image score after the last round. */
const ROWS: readonly (readonly [number, string, number, number, number, number, number, number])[] = [
  [1, 'MNIST', 97.87, 97.88, 97.87, 97.86, 0.24, 9.95],
  [2, 'MNIST', 97.17, 97.21, 97.18, 97.15, 0.31, 9.95],
  [3, 'MNIST', 96.83, 96.86, 96.79, 96.81, 0.35, 9.93],
  [3, 'Fashion-MNIST', 82.93, 83.37, 82.93, 81.94, 1.9, 9.15],
  [4, 'MNIST', 96.21, 96.28, 96.16, 96.19, 0.42, 9.95],
  [4, 'Fashion-MNIST', 81.9, 82.6, 81.9, 81.75, 2.01, 9.1],
  [5, 'MNIST', 96.15, 96.11, 96.1, 96.1, 0.45, 9.93],
  [5, 'Fashion-MNIST', 81.46, 81.32, 81.46, 80.61, 1.95, 9.05],
  [6, 'MNIST', 95.94, 95.97, 95.96, 95.93, 0.45, 9.84],
  [6, 'Fashion-MNIST', 81.94, 82.26, 81.94, 81.98, 2.01, 8.9],
  [6, 'KMNIST', 72.91, 74.31, 72.91, 73.09, 3.01, 9.3],
  [6, 'notMNIST', 88.3, 88.54, 88.28, 88.32, 1.3, 9.3],
];

/** What the paper reports of a scenario; image scores are read off its plots, within 0.05. */
export function publishedResults(scenario: number | undefined): PublishedRow[] {
  return ROWS.filter(([number]) => number === scenario).map(
    ([number, domain, accuracy, precision, recall, f1, fpr, score]) => ({
      scenario: number,
      domain,
      accuracy,
      precision,
      recall,
      f1,
      fpr,
      score,
    }),
  );
}
