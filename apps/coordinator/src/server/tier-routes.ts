// What the pages of a cloud and of its edges fetch: the tree of the three tiers, and the samples of the tiers.
import type { TiersView } from '@tessera/core/protocol';
import type { RoundSamples } from '@tessera/core/session';
import { z } from 'zod';
import { jsonAnswer, textAnswer } from './answer.ts';
import { get, type Route } from './routes.ts';

const index = z.coerce.number().int().min(0).max(0xffff_ffff);

/** What those routes need. */
export interface TierPages {
  view(): TiersView;
  /** Samples of a version of the global model and of the communities in it, where they are kept. */
  samples(version: number): Promise<RoundSamples | undefined>;
}

/** The routes of both tiers. */
export function tierRoutes(pages: TierPages): Route[] {
  return [
    get(/^\/api\/tiers$/, () => jsonAnswer(pages.view())),
    get(/^\/api\/tiers\/samples\/(\d{1,10}|newest)$/, async ({ parameter }) => {
      const version = parameter === 'newest' ? pages.view().sampleVersions.at(-1) : index.parse(parameter);
      const samples = version === undefined ? undefined : await pages.samples(version);
      return samples
        ? jsonAnswer(samples, parameter === 'newest' ? {} : { 'cache-control': 'private, max-age=3600' })
        : textAnswer(404, 'There are no samples of this version.');
    }),
  ];
}
