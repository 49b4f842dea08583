// What the host must know: signs of failure as sentences that say what to do.
import { type ChosenCuts, SLOW_STEP_SECONDS } from '../cut/index.ts';
import type { Likeness } from './likeness.ts';
import { JUDGED_ROUNDS } from './limits.ts';
import { PAUSED_BY_HOST } from './people.ts';
import type { Recut } from './planner.ts';
import type { RunView } from './view.ts';

/** Steps over which losses are judged. */
const JUDGED_STEPS = 50;
/** A discriminator whose mean loss is below this tells real from generated without effort. */
const DISCRIMINATOR_LOSS_NEAR_ZERO = 0.05;
/** A device that has said nothing for so long is named. */
const SILENT_SECONDS = 20;
/** The search must beat one cut for all by this share where devices differ. */
const EXPECTED_GAIN = 0.01;
/** Committed rounds before samples are judged: an untrained generator draws nothing yet. */
const ROUNDS_BEFORE_SAMPLES_ARE_JUDGED = 5;
/** Spread over contrast below which pictures look alike; different digits have about 0.9. */
const LOOKS_ALIKE = 0.1;
/** Running standard deviations that batch statistics may be away from the running ones. */
const LARGE_DRIFT = 1;
/** Writing a checkpoint should not take longer. */
const SLOW_WRITE_SECONDS = 5;
/** Devices named in one sentence. */
const NAMED_DEVICES = 3;
/** Share of the link's capacity above which it holds the run up. */
const LINK_SATURATED = 0.8;

type Warnings = RunView['warnings'];
/** Everything of a view that warnings are made from. */
type Observed = Omit<RunView, 'warnings'>;

/** What warnings are made from besides the view. */
export interface Signs {
  readonly hostPause: string | undefined;
  /** A sentence about the round that was given up time and again. */
  readonly stuckBecause: string | undefined;
  readonly plan: ChosenCuts | undefined;
  readonly recut: Recut | undefined;
  readonly likeness: Likeness | undefined;
  readonly drifts: readonly number[];
  /** Of the last checkpoint. */
  readonly writeSeconds: number;
  readonly link: { readonly bytesPerStep: number; readonly bytesPerSecond: number | undefined } | undefined;
}

/** The warnings that hold now, the most urgent first. */
export function warningsOf(view: Observed, signs: Signs): Warnings {
  return [
    ...pauseWarning(signs.hostPause),
    ...stuckWarning(signs.stuckBecause),
    ...diskWarning(signs.writeSeconds),
    ...discriminatorWarning(view),
    ...samplesWarnings(view, signs.likeness),
    ...driftWarning(signs.drifts),
    ...silentWarnings(view),
    ...linkWarning(view, signs.link),
    ...slowStepWarning(view),
    ...searchWarning(view, signs.plan),
    ...recutNote(view, signs.recut),
  ];
}

function pauseWarning(hostPause: string | undefined): Warnings {
  if (hostPause === undefined || hostPause === PAUSED_BY_HOST) return [];
  return warning(
    'paused-by-fault',
    `The run is paused: ${hostPause} Mend the cause, then press Start; the last finished round is safe.`,
  );
}

function stuckWarning(stuckBecause: string | undefined): Warnings {
  return stuckBecause === undefined ? [] : warning('stuck', stuckBecause);
}

function diskWarning(writeSeconds: number): Warnings {
  if (writeSeconds <= SLOW_WRITE_SECONDS) return [];
  return warning(
    'slow-disk',
    `Writing the last checkpoint took ${writeSeconds.toFixed(0)} seconds. A faster disk, or one with more free space, helps.`,
  );
}

function discriminatorWarning({ losses }: Observed): Warnings {
  const recent = losses.slice(-JUDGED_STEPS);
  if (recent.length < JUDGED_STEPS) return [];
  const mean =
    recent.reduce((sum, point) => sum + point.discriminatorReal + point.discriminatorFake, 0) / recent.length;
  if (mean >= DISCRIMINATOR_LOSS_NEAR_ZERO) return [];
  return warning(
    'discriminator-too-strong',
    'The discriminator wins almost every time, so the generator learns little. A smaller learning rate or more varied images help.',
  );
}

function samplesWarnings({ committedRound }: Observed, likeness: Likeness | undefined): Warnings {
  if (!likeness || committedRound + 1 < ROUNDS_BEFORE_SAMPLES_ARE_JUDGED) return [];
  const collapsed = likeness.classes.some((ratio) => ratio < LOOKS_ALIKE)
    ? warning(
        'samples-alike',
        'In at least one group the pictures of all classes look alike: the generator has collapsed. A smaller learning rate, a larger batch or a new start with another seed help.',
      )
    : [];
  const sameGroups =
    likeness.groups < LOOKS_ALIKE
      ? warning(
          'groups-alike',
          'The pictures of the groups do not differ. The devices may hold the same kind of images, and one group would do; or the generator ignores where it runs.',
        )
      : [];
  return [...collapsed, ...sameGroups];
}

function driftWarning(drifts: readonly number[]): Warnings {
  if (drifts.length < JUDGED_ROUNDS || drifts.some((drift) => drift < LARGE_DRIFT)) return [];
  return warning(
    'statistics-drift',
    'Batch and running statistics drift apart, so samples look worse than training does. A larger batch, more devices in a step or a smaller learning rate help.',
  );
}

function silentWarnings({ devices, phase }: Observed): Warnings {
  if (phase !== 'training' && phase !== 'federating') return [];
  return devices
    .filter((device) => device.connected && device.standing === 'training')
    .filter((device) => device.lastSeenSecondsAgo > SILENT_SECONDS)
    .flatMap((device) =>
      warning(
        'silent-device',
        `${device.name} has said nothing for ${Math.round(device.lastSeenSecondsAgo)} seconds. Look whether its screen is on and its page open.`,
      ),
    );
}

function linkWarning({ stepTime }: Observed, link: Signs['link']): Warnings {
  if (!stepTime || stepTime.total === 0 || link?.bytesPerSecond === undefined) return [];
  const share = link.bytesPerStep / stepTime.total / link.bytesPerSecond;
  if (share < LINK_SATURATED) return [];
  return warning(
    'link-saturated',
    `The shared link is ${Math.round(100 * Math.min(1, share))} % full. Fewer devices on one Wi-Fi, 16-bit numbers, a smaller batch or width, or a cable for the coordinator help.`,
  );
}

function slowStepWarning({ stepTime }: Observed): Warnings {
  if (!stepTime || stepTime.total <= SLOW_STEP_SECONDS) return [];
  const cause =
    stepTime.wireAndWaiting > stepTime.body + stepTime.deviceCompute
      ? 'Most of it is the network: fewer devices on one Wi-Fi, a smaller batch or width, or a cable for the coordinator help.'
      : 'Most of it is computing: a smaller width or batch helps, and closing other programs.';
  return warning('slow-steps', `A step takes ${stepTime.total.toFixed(1)} seconds. ${cause}`);
}

function searchWarning({ settings }: Observed, plan: ChosenCuts | undefined): Warnings {
  if (
    settings.deepestCut === 1 || // there is nothing to choose
    !plan ||
    new Set(plan.classes.values()).size < 2
  )
    return [];
  if (plan.predictedStepSeconds < plan.uniform.stepSeconds * (1 - EXPECTED_GAIN)) return [];
  return warning(
    'no-gain-from-search',
    'Cuts chosen for each device are predicted to be no faster than one cut for all. One device or the coordinator itself holds everybody up; see the step times.',
  );
}

/** No sign of failure, but the one place where a host looks when devices change pace. */
function recutNote({ round, names }: Observed, recut: Recut | undefined): Warnings {
  if (recut?.round !== round) return [];
  const { moved, keptStepSeconds, predictedStepSeconds } = recut;
  const named = moved.slice(0, NAMED_DEVICES).map(({ id }) => names[id] ?? id);
  const others = moved.length > named.length ? ` and ${moved.length - named.length} more` : '';
  const seconds = (value: number) => value.toFixed(value < 1 ? 2 : 1);
  return warning(
    're-cut',
    `Devices have become slower or faster, so ${named.join(', ')}${others} hold other blocks from round ${round + 1} on. A step should take ${seconds(predictedStepSeconds)} seconds instead of ${seconds(keptStepSeconds)}. Nothing needs to be done.`,
  );
}

function warning(code: string, sentence: string): Warnings {
  return [{ code, sentence }];
}
