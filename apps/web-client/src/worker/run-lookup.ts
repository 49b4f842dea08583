// Looks the run up before anything is sent: the settings come from the wire, so they are checked.
import { type RunSettings, runSettingsSchema } from '@tessera/core/protocol';
import { z } from 'zod';

const answerSchema = z.object({ settings: runSettingsSchema, joinCodeWanted: z.boolean() });

/** The run's settings and whether it asks for a join code; throws an Error in words. */
export async function lookUpRun(
  origin: string,
): Promise<{ readonly settings: RunSettings; readonly joinCodeWanted: boolean }> {
  const response = await fetch(`${origin}/api/run`);
  if (!response.ok)
    throw new Error(`the coordinator answers ${String(response.status)} instead of the run's settings`);
  const answer = answerSchema.safeParse(await response.json());
  if (!answer.success)
    throw new Error('this page and its coordinator are of different versions: load the page again');
  return answer.data;
}
