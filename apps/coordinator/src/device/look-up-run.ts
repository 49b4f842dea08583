// Asks a coordinator for its run before joining: the images must be fitted to it.
import { get } from 'node:http';
import { get as getSecurely } from 'node:https';
import { isErrorCode, runSettingsSchema, TesseraError } from '@tessera/core/protocol';
import { z } from 'zod';
import type { Trust } from '../transport/index.ts';

const DEADLINE_MS = 10_000;
const MAX_ANSWER_BYTES = 1 << 17; // 128 KiB
const answerSchema = z.looseObject({
  settings: runSettingsSchema,
  tier: z.enum(['cloud', 'edge']).optional(),
  community: z.string().max(40).optional(),
});
const placeSchema = z.looseObject({
  community: z.string().max(40),
  url: z.url({ protocol: /^https?$/ }).max(200),
  fingerprint: z.string().max(120).optional(),
});
const refusalSchema = z.looseObject({ code: z.string().max(40), message: z.string().max(400) });

/** What stands at an address. */
export type RunThere = z.infer<typeof answerSchema>;
/** Where a cloud sends a device. */
export type EdgeThere = z.infer<typeof placeSchema>;

/** The run at that address; throws an Error that names the address. */
export async function lookUpRun(url: URL, trust: Trust): Promise<RunThere> {
  const answer = await fetchJson(new URL('/api/run', url), trust);
  const result = answerSchema.safeParse(answer);
  if (!result.success)
    throw new TesseraError(
      'version-mismatch',
      `The program at ${url.host} speaks another version of Tessera.`,
    );
  return result.data;
}

/** The edge to which a cloud sends a device of that community; throws the TesseraError with which the cloud answers. */
export async function lookUpEdge(cloud: URL, trust: Trust, community?: string): Promise<EdgeThere> {
  const url = new URL('/api/edge', cloud);
  if (community !== undefined) url.searchParams.set('community', community);
  const answer = await fetchJson(url, trust);
  const place = placeSchema.safeParse(answer);
  if (place.success) return place.data;
  const { code, message } = refusalSchema.safeParse(answer).data ?? { code: '', message: '' };
  throw new TesseraError(
    isErrorCode(code) ? code : 'server-error',
    message || `The cloud at ${cloud.host} answers in an unknown way.`,
  );
}

/** Reads JSON at an address; throws an Error that names it. */
export function fetchJson(url: URL, trust: Trust, mostBytes = MAX_ANSWER_BYTES): Promise<unknown> {
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
        if (bytes > mostBytes) request.destroy(new Error('its answer is too long'));
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
