// The results that Xiong, Li and Cai report (AAAI 2023, Tables 1 and 2), to stand beside ours.
import type { Results } from '@tessera/core/report';
import type { StrategyName } from '@tessera/core/strategy';
import type { Experiment } from './experiment.ts';
import { MIXTURE } from './judged-domains.ts';

type PublishedRow = Results['published'][number];

/** Image score, FID and accuracy in percent; table 2 has no accuracy. */
type Figures = readonly [score: number, frechet: number, accuracy: number | null];

type Columns = Readonly<Partial<Record<StrategyName, Figures>>>;

/** By table and partition, then by the strategy that stands for the table's column. */
const TABLES: Readonly<Record<1 | 2, Readonly<Record<'iid' | 'non-iid', Columns>>>> = {
  1: {
    iid: {
      centralised: [3.386, 19.84, 82.21],
      'fed-gan': [4.215, 17.14, 87.84],
      'asyn-dgan': [4.228, 14.69, 90.6],
      'fr-sync': [4.363, 13.82, 90.65],
      'fr-async': [3.208, 52.24, 53.17],
    },
    'non-iid': {
      centralised: [3.386, 19.84, 82.21],
      'fed-gan': [2.281, 74.8, 42.37],
      'asyn-dgan': [2.839, 96.12, 45.22],
      'fr-sync': [3.875, 26.15, 86.05],
      'fr-async': [2.922, 77.18, 51.2],
    },
  },
  2: {
    iid: {
      'reg-gan': [4.037, 26.11, null],
      'fed-gan': [3.36, 33.2, null],
      'lr-sync': [3.971, 28.56, null],
      'lr-async': [3.041, 41.35, null],
    },
    'non-iid': {
      'reg-gan': [4.037, 26.11, null],
      'fed-gan': [2.651, 53.26, null],
      'lr-sync': [3.495, 45.22, null],
      'lr-async': [2.452, 59.82, null],
    },
  },
};

/** The paper's figures of an experiment's strategy, for the domain that all devices make together. */
export function publishedTable({
  publishedTable: wanted,
  strategy,
}: Pick<Experiment, 'publishedTable' | 'strategy'>): PublishedRow[] {
  const figures = wanted && TABLES[wanted.table][wanted.partition][strategy];
  if (!figures) return [];
  const [score, frechet, accuracy] = figures;
  const unknown = { precision: null, recall: null, f1: null, fpr: null };
  const place = `Table ${wanted.table}, ${wanted.partition === 'iid' ? 'IID' : 'non-IID'}`;
  return [{ place, domain: MIXTURE, score, frechet, accuracy, ...unknown }];
}
