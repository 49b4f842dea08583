// Asks a coordinator for its run before joining: the images must be fitted to it.
import { get } from 'node:http';
import { get as getSecurely } from 'node:https';
import { type RunSettings, runSettingsSchema, TesseraError } from '@tessera/core/protocol';
import { z } from 'zod';
import type { Trust } from '../transport/index.ts';

const DEADLINE_MS = 10_000;
const MAX_ANSWER_BYTES = 1 << 17; // 128 KiB
const answerSchema = z.looseObject({ settings: runSettingsSchema });

/** The settings of the run at that address; throws an Error that names the address. */
export async function lookUpRun(url: URL, trust: Trust): Promise<RunSettings> {
  const answer = await fetchJson(new URL('/api/run', url), trust);
  const result = answerSchema.safeParse(answer);
  if (!result.success)
    throw new TesseraError(
      'version-mismatch',
      `The program at ${url.host} speaks another version of Tessera.`,
    );
  return result.data.settings;
}

function fetchJson(url: URL, trust: Trust): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      reject(new Error(`The coordinator at ${url.host} cannot be reached (${why}).`));
    };
    const open = url.protocol === 'https:' ? getSecurely : get;
    const request = open(url, { ...trust, signal: AbortSignal.timeout(DEADLINE_MS) }, (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > MAX_ANSWER_BYTES) request.destroy(new Error('its answer is too long'));
        else parts.push(part);
      });
      response.on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(parts).toString('utf8')));
        } catch {
          fail(`it answers with status ${response.statusCode ?? 0} and no JSON: this is no Tessera`);
        }
      });
    });
    request.on('error', (error) => {
      fail(error.message);
    });
  });
}
