// `tessera plan`: profiles in, the best cut of each device and the predicted step out.
import type { Width } from '@tessera/core/architecture';
import { settingsWithinBudget, stepBudget } from '@tessera/core/cut';
import { ENCODINGS } from '@tessera/core/tensors';
import {
  choice,
  CommandFailure,
  defineCommand,
  flag,
  json,
  wholeNumber,
  type CommandDefinition,
  type Io,
  type OptionValues,
} from '../cli/index.ts';
import { paperFleet, readFleet, resized, type Fleet } from './plan-fleet.ts';
import { describeMeasured, planMeasured, warningOf } from './plan-measured.ts';
import { describeReference, planReference } from './plan-reference.ts';

/** One Wi-Fi of a class room. */
const DEFAULT_LINK_MEGABITS = 300;

const DESCRIPTION = [
  'Chooses where each device cuts its two networks, and predicts the seconds of a step from what devices and coordinator measured of themselves.',
  '',
  'FILE is JSON: { "devices": [{ "name": "phone", "count": 20, "profile": PROFILE }, …], "coordinator": { "compute": COMPUTE, "exchangeSeconds": 0.002 } }',
  'PROFILE is { "compute": COMPUTE, "exchangeSeconds": 0.004, "uplinkBytesPerSecond": 5e6, "downlinkBytesPerSecond": 5e6, "roundTripSeconds": 0.02 }',
  'COMPUTE is { "kind": "speed", "gigaflopsPerSecond": 40 }, or the block times of a run\'s speed check ("kind": "measured"). Without a coordinator the paper\'s server is taken.',
].join('\n');

const options = {
  profiles: choice(['paper'], "Instead of FILE: the paper's seven profiles, 100 devices"),
  model: choice(['measured', 'reference'], "Our six exchanges (default), or the paper's latency formula"),
  devices: wholeNumber('N', 'So many devices in the same mix', { min: 1, max: 10_000 }),
  link: wholeNumber(
    'MBIT',
    "The devices' shared link in Mbit/s (default 300); for reference the server's rate",
    {
      min: 1,
      max: 1_000_000,
    },
  ),
  width: choice(['1', '0.5', '0.25', '0.125', '0.0625'], 'Width of the networks; else as traffic allows'),
  batch: wholeNumber('N', 'Images that a device draws for a step; else as traffic allows', {
    min: 2,
    max: 256,
  }),
  encoding: choice(ENCODINGS, 'How activations travel (default float16)'),
  published: flag("The paper's full 1,000 x 1,000 search instead of stopping when nothing is gained"),
  indexing: choice(
    ['corrected', 'published'],
    "For reference: with the published code's slip or without (default)",
  ),
  rates: choice(
    ['bytes', 'bits'],
    'For --profiles paper: the unit of its rates (default bits; for reference bytes)',
  ),
  seed: wholeNumber('N', 'Seed of the search (default 1)', { max: 0xffff_ffff }),
  json,
};

type PlanOptions = OptionValues<typeof options>;

const definition: CommandDefinition<typeof options> = {
  name: 'plan',
  summary: 'predict cuts and step times from device profiles',
  description: DESCRIPTION,
  positionals: [{ name: 'FILE', description: 'Profiles as JSON', optional: true }],
  options,
  examples: [
    { line: '--profiles paper', does: "Cuts for a hundred devices of the paper's seven kinds." },
    {
      line: 'class.json --devices 30 --link 300',
      does: 'Thirty devices like those in the file on one Wi-Fi.',
    },
    {
      line: '--profiles paper --model reference --indexing published --json',
      does: "Reproduces the paper's latency model, as JSON.",
    },
  ],
  async run({ options: given, words: [file] }, io) {
    checkTogether(given, file);
    const fleet = await fleetOf(given, file, io);
    if (given.model === 'reference') printReference(fleet, given, io);
    else printMeasured(fleet, given, io);
    return 0;
  },
};

/** The command. */
export const planCommand = defineCommand(definition);

function checkTogether(given: PlanOptions, file: string | undefined): void {
  const wrong = (message: string) => new CommandFailure(message, 2);
  if ((file === undefined) === (given.profiles === undefined))
    throw wrong('plan needs either FILE or --profiles paper. See npm run tessera -- plan --help.');
  if (given.rates !== undefined && given.profiles === undefined)
    throw wrong("--rates is about the paper's profiles; a file always says bytes per second.");
  if (given.model !== 'reference' && given.indexing !== undefined)
    throw wrong('--indexing is only of use with --model reference.');
  if (given.model === 'reference' && given.encoding !== undefined)
    throw wrong("--encoding is of no use with --model reference: the paper's model counts 32-bit floats.");
}

async function fleetOf(given: PlanOptions, file: string | undefined, { cwd }: Io): Promise<Fleet> {
  const rates = given.rates ?? (given.model === 'reference' ? 'bytes' : 'bits');
  const fleet = file === undefined ? paperFleet(rates) : await readFleet(file, cwd);
  return given.devices === undefined ? fleet : resized(fleet, given.devices);
}

function printMeasured(fleet: Fleet, given: PlanOptions, io: Io): void {
  const linkMegabits = given.link ?? DEFAULT_LINK_MEGABITS;
  const devices = fleet.parts.reduce((sum, { count }) => sum + count, 0);
  const { width, batch, encoding } = given;
  const settings = settingsWithinBudget(
    stepBudget(devices, (linkMegabits * 1e6) / 8),
    {},
    {
      ...(width === undefined ? {} : { width: widthOf(width) }),
      ...(batch === undefined ? {} : { batch }),
      ...(encoding === undefined ? {} : { encoding }),
    },
  );
  const plan = fitting(() =>
    planMeasured(fleet, { settings, linkMegabits, published: given.published, seed: given.seed ?? 1 }),
  );
  io.out(given.json ? JSON.stringify(plan, null, 2) : describeMeasured(plan));
  const warning = warningOf(plan);
  if (warning !== undefined) io.err(warning);
}

function printReference(fleet: Fleet, given: PlanOptions, io: Io): void {
  const plan = planReference(fleet, {
    width: widthOf(given.width ?? '1'),
    batch: given.batch ?? 64,
    indexing: given.indexing ?? 'corrected',
    rates: given.rates ?? 'bytes',
    linkMegabits: given.link,
    published: given.published,
    seed: given.seed ?? 1,
  });
  io.out(given.json ? JSON.stringify(plan, null, 2) : describeReference(plan));
}

function widthOf(word: NonNullable<PlanOptions['width']>): Width {
  return ({ '1': 1, '0.5': 1 / 2, '0.25': 1 / 4, '0.125': 1 / 8, '0.0625': 1 / 16 } as const)[word];
}

/** Profiles that were measured for other networks are the user's to mend. */
function fitting<T>(plan: () => T): T {
  try {
    return plan();
  } catch (error) {
    if (error instanceof RangeError)
      throw new CommandFailure(`No plan: ${error.message}.`, 1, { cause: error });
    throw error;
  }
}
