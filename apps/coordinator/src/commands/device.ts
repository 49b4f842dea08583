// tessera device: a headless device that joins a coordinator with images of its own.
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { DataError, DRAWN_DOMAINS, POINT_MODES } from '@tessera/core/data';
import type { DevicePorts } from '@tessera/core/device';
import { type RunSettings, runSpec, TesseraError } from '@tessera/core/protocol';
import { runDeclaration } from '@tessera/core/strategy';
import {
  choice,
  CommandFailure,
  defineCommand,
  flag,
  type Io,
  text,
  wholeNumber,
  wholeNumbers,
} from '../cli/index.ts';
import { GAUSSIANS, loadImages } from '../data/index.ts';
import { findPlace, missingAgreement, runDevice, statusLines, takeStateFolder } from '../device/index.ts';
import { ENGINE_NAMES, EngineRefusal, startEngine } from '../engine/index.ts';
import { trustFor } from '../transport/index.ts';

const options = {
  data: text(
    'DIR',
    'Images: a folder with one folder a class, a zip of one, or IDX files; without classes where the run needs none',
  ),
  drawn: choice(DRAWN_DOMAINS, 'Draw the images on the spot instead'),
  points: wholeNumber('N', 'Points around the N-th of nine means instead, for runs that train on points', {
    min: 1,
    max: POINT_MODES,
  }),
  limit: wholeNumber('N', 'At most so many images or points', { min: 16 }),
  only: wholeNumbers('K,K', "Only these of the run's classes, counted from 0"),
  community: text(
    'NAME',
    'Where URL is a cloud: the community to join (default the one with the fewest devices)',
  ),
  name: text('NAME', "Shown to the host (default this machine's name)"),
  'join-code': text('CODE', 'The code of the run, where one is wanted'),
  engine: choice(ENGINE_NAMES, 'Take this engine instead of the best that works'),
  power: choice(['gentle', 'normal', 'full'], 'Pauses between steps (default full: none)'),
  state: text('DIR', "Where the device's memory of the run is kept (default .tessera/devices/NAME)"),
  'share-generated': flag(
    'Agree that images drawn from what this device learned are shared, where the run does that',
  ),
  fingerprint: text('SHA-256', "The certificate's fingerprint, as the coordinator printed it"),
  seed: wholeNumber('N', 'Seed of batches and noise (default: drawn anew)', { max: 0xffff_ffff }),
};

type Given = Parameters<Parameters<typeof defineCommand<typeof options>>[0]['run']>[0]['options'];

/** Joins a run from this machine, without a browser. */
export const deviceCommand = defineCommand({
  name: 'device',
  summary: 'join a run from this machine, without a browser',
  description:
    'Connects to a coordinator and trains with the images behind --data or --drawn, or the points of --points, which stay on this machine. It comes back by itself when the connection breaks or the coordinator restarts. Ctrl-C leaves the run.',
  positionals: [
    {
      name: 'URL',
      description: "The coordinator's, edge's or cloud's address, for example http://localhost:7777",
    },
  ],
  options,
  examples: [
    { line: 'http://localhost:7777 --drawn pen', does: 'joins with digits drawn by a pen' },
    { line: 'https://192.168.1.5:7778 --data ~/digits --fingerprint AB:CD:…', does: 'joins on the network' },
    {
      line: 'http://localhost:7700 --community North --drawn pen',
      does: 'asks a cloud, and joins the edge of that community',
    },
    { line: 'http://localhost:7777 --data mnist --only 0,1,2 --limit 600', does: 'brings three classes' },
    { line: 'http://localhost:7777 --points 5', does: 'brings points around the middle one of nine means' },
  ],
  async run({ options: given, words }, io) {
    const url = urlOf(words[0] ?? '');
    const source = sourceOf(given, io);
    const trust = await trustFor(url, given.fingerprint);
    const place = await findPlace({ url, trust }, given.community).catch((error: unknown) => {
      if (error instanceof TesseraError || error instanceof CommandFailure) throw error;
      throw new CommandFailure(reachFailure(error, url), 1, { cause: error });
    });
    const { settings } = place;
    const declaration = runDeclaration(settings);
    const missing = missingAgreement(declaration, given['share-generated']);
    if (missing !== undefined) throw new CommandFailure(missing, 2);
    const seed = given.seed ?? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
    const images = await imagesOf(given, { source, settings, seed, io });
    const engine = await engineOf(given, io);
    const name = given.name ?? hostname();
    const folder = await takeStateFolder(name, {
      cwd: io.cwd,
      told: given.state === undefined ? undefined : resolve(io.cwd, given.state),
    });
    try {
      io.err(`${name}: ${images.labels.length} ${settings.data}, ${engine.backend} (${engine.reason})`);
      io.err(`${name}: ${declaration.promise}`);
      if (place.community !== undefined)
        io.err(`${name}: community ${place.community}, at ${place.url.host}`);
      const end = await runDevice({
        where: place.where,
        runId: settings.id,
        name,
        joinCode: given['join-code'],
        engine,
        images,
        stateFolder: folder.path,
        power: given.power ?? 'full',
        seed,
        onStatus: statusLines((line) => {
          io.err(`${name}: ${line}`);
        }),
        interrupted: io.interrupted,
      });
      return end === 'refused' ? 1 : 0;
    } finally {
      await folder.release();
    }
  },
});

function urlOf(word: string): URL {
  const url = URL.canParse(word) ? new URL(word) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new CommandFailure(`URL must be an http or https address, not "${word}"`, 2);
  return url;
}

async function engineOf(given: Given, io: Io): Promise<DevicePorts['engine']> {
  try {
    const wish = { engine: given.engine ?? ('auto' as const), env: { ...io.environment } };
    const { name, adapter, reason } = await startEngine(wish);
    return { backend: name, adapter, reason };
  } catch (error) {
    if (error instanceof EngineRefusal) throw new CommandFailure(error.message, 1, { cause: error });
    throw error;
  }
}

/** The one source that is given, as `loadImages` names it; throws a CommandFailure about none, several or what it refuses. */
function sourceOf({ data, drawn, points, only }: Given, io: Io): string {
  const sources = [
    ...(data === undefined ? [] : [resolve(io.cwd, data)]),
    ...(drawn === undefined ? [] : [`drawn:${drawn}`]),
    ...(points === undefined ? [] : [`${GAUSSIANS}:${points}`]),
  ];
  const [source] = sources;
  if (source === undefined || sources.length > 1)
    throw new CommandFailure(
      'Give one of --data DIR, --drawn DOMAIN and --points N: a device needs images, or points where the run trains on points.',
      2,
    );
  if (points !== undefined && only !== undefined)
    throw new CommandFailure('--only does not go with --points: all of them are of one class.', 2);
  return source;
}

interface Wanted {
  readonly source: string;
  readonly settings: RunSettings;
  readonly seed: number;
  readonly io: Io;
}

async function imagesOf({ limit, only }: Given, { source, settings, seed, io }: Wanted) {
  const { classes, condition } = settings;
  try {
    const { set, skipped } = await loadImages({
      source,
      target: { imageShape: runSpec(settings).imageShape, classes, labelled: condition === 'classes' },
      limit,
      only,
      seed,
    });
    if (skipped.length > 0)
      io.err(`${skipped.length} files were left out (the first: ${skipped[0]?.reason ?? ''})`);
    return set;
  } catch (error) {
    if (error instanceof DataError) throw new CommandFailure(error.message, 1, { cause: error });
    throw error;
  }
}

function reachFailure(error: unknown, url: URL): string {
  const message = error instanceof Error ? error.message : String(error);
  const unknownCertificate = url.protocol === 'https:' && /certificate|CERT/.test(message);
  return unknownCertificate
    ? `${message} Give --fingerprint as the coordinator printed it at its start.`
    : message;
}
