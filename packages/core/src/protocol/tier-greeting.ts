// Whether an edge and a cloud fit together: the same version of the protocol, and the same settings where they must agree.
import { z } from 'zod';
import { TesseraError } from './errors.ts';
import type { RunSettings } from './run-settings.ts';
import { PROTOCOL_VERSION } from './version.ts';

const greetingSchema = z.looseObject({
  type: z.enum(['hello', 'welcome']),
  protocol: z.int().min(0).max(0xffff_ffff),
});

/** What every edge decides for itself; all other settings are the cloud's too. */
const OWN_TO_EACH = new Set([
  'community',
  'title',
  'sentence',
  'hostedBy',
  'minimumDevices',
  'maximumDevices',
  'sampleCap',
  'encoding',
  'volunteersMayDownload',
]);
/** Differences that a refusal lists. */
const LISTED = 4;

/** Reads the version out of a first message before anything else of it; undefined when the versions agree. */
export function tierGreetingFault(message: unknown, reader: 'edge' | 'cloud'): TesseraError | undefined {
  const greeting = greetingSchema.safeParse(message);
  if (!greeting.success)
    return new TesseraError('bad-message', 'The first message must be a greeting with a protocol version.');
  const theirs = greeting.data.protocol;
  if (theirs === PROTOCOL_VERSION) return undefined;
  const [edge, cloud] = reader === 'cloud' ? [theirs, PROTOCOL_VERSION] : [PROTOCOL_VERSION, theirs];
  return new TesseraError(
    'version-mismatch',
    `This edge speaks version ${edge} of the protocol, the cloud version ${cloud}. Update the ${edge < cloud ? 'edge' : 'cloud'}.`,
  );
}

/** Names the settings in which an edge differs from its cloud though it must not, with both values. */
export function settingsDifferences(edge: RunSettings, cloud: RunSettings): string[] {
  const names = Object.keys({ ...cloud, ...edge }).filter((name) => !OWN_TO_EACH.has(name));
  const shown = (settings: Readonly<Record<string, unknown>>, name: string) =>
    settings[name] === undefined ? 'nothing' : JSON.stringify(settings[name]);
  return names
    .filter((name) => shown(edge, name) !== shown(cloud, name))
    .map((name) => `${name} (${shown(edge, name)} at the edge, ${shown(cloud, name)} in the cloud)`);
}

/** Throws 'settings-differ' where an edge's settings are not its cloud's. */
export function requireSameSettings(edge: RunSettings, cloud: RunSettings): void {
  const differences = settingsDifferences(edge, cloud);
  if (differences.length === 0) return;
  const more = differences.length > LISTED ? ` and ${differences.length - LISTED} more` : '';
  throw new TesseraError(
    'settings-differ',
    `This edge is set up for another run: ${differences.slice(0, LISTED).join(', ')}${more}.`,
  );
}
