// The download of a generator, from a coordinator, an edge or a cloud.
import { type RunSettings, TesseraError } from '@tessera/core/protocol';
import { z } from 'zod';
import type { Answer } from './answer.ts';
import { get, type Route } from './routes.ts';

const index = z.coerce.number().int().min(0).max(99);

/** Whose generators there are, and their zips by number; undefined for one that there is not. */
export interface GeneratorDownloads {
  readonly settings: () => RunSettings;
  readonly generator: (cluster: number) => Promise<Uint8Array | undefined>;
}

/** `/api/generator/N`: for the host, and for everybody where the run allows it. */
export function generatorRoute({ settings, generator }: GeneratorDownloads): Route {
  return get(/^\/api\/generator\/(\d{1,2})$/, async ({ parameter, isHost }) => {
    if (!settings().volunteersMayDownload && !isHost)
      throw new TesseraError('download-forbidden', 'In this run only the host may download the generator.');
    const zip = await generator(index.parse(parameter));
    if (!zip) throw new TesseraError('nothing-to-download', 'There is no generator of this group yet.');
    return zipAnswer(zip, `${settings().id}-generator-${parameter}.zip`);
  });
}

function zipAnswer(zip: Uint8Array, name: string): Answer {
  return {
    status: 200,
    headers: {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
    body: zip,
  };
}
