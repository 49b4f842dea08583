// What the host must know: signs of failure as sentences that say what to do.
import { type ChosenCuts, SLOW_STEP_SECONDS } from '../cut/index.ts';
import type { RunView } from './view.ts';

/** Steps over which losses are judged. */
const JUDGED_STEPS = 50;
/** A discriminator whose mean loss is below this tells real from generated without effort. */
const DISCRIMINATOR_LOSS_NEAR_ZERO = 0.05;
/** A device that has said nothing for so long is named. */
const SILENT_SECONDS = 20;
/** The search must beat one cut for all by this share where devices differ. */
const EXPECTED_GAIN = 0.01;

/** Everything of a view that warnings are made from. */
type Observed = Omit<RunView, 'warnings'>;

/** The warnings that hold now, the most urgent first. */
export function warningsOf(
  view: Observed,
  more: { readonly hostPause: string | undefined; readonly plan: ChosenCuts | undefined },
): RunView['warnings'] {
  return [
    ...pauseWarning(more.hostPause),
    ...discriminatorWarning(view),
    ...silentWarnings(view),
    ...slowStepWarning(view),
    ...searchWarning(more.plan),
  ];
}

function pauseWarning(hostPause: string | undefined): RunView['warnings'] {
  if (hostPause === undefined || hostPause === 'paused by the host') return [];
  return [
    {
      code: 'paused-by-fault',
      sentence: `The run is paused: ${hostPause} Mend the cause, then press Start; the last finished round is safe.`,
    },
  ];
}

function discriminatorWarning({ losses }: Observed): RunView['warnings'] {
  const recent = losses.slice(-JUDGED_STEPS);
  if (recent.length < JUDGED_STEPS) return [];
  const mean =
    recent.reduce((sum, point) => sum + point.discriminatorReal + point.discriminatorFake, 0) / recent.length;
  if (mean >= DISCRIMINATOR_LOSS_NEAR_ZERO) return [];
  return [
    {
      code: 'discriminator-too-strong',
      sentence:
        'The discriminator wins almost every time, so the generator learns little. A smaller learning rate or more varied images help.',
    },
  ];
}

function silentWarnings({ devices, phase }: Observed): RunView['warnings'] {
  if (phase !== 'training' && phase !== 'federating') return [];
  return devices
    .filter((device) => device.connected && device.standing === 'training')
    .filter((device) => device.lastSeenSecondsAgo > SILENT_SECONDS)
    .map((device) => ({
      code: 'silent-device',
      sentence: `${device.name} has said nothing for ${Math.round(device.lastSeenSecondsAgo)} seconds. Look whether its screen is on and its page open.`,
    }));
}

function slowStepWarning({ stepTime }: Observed): RunView['warnings'] {
  if (!stepTime || stepTime.total <= SLOW_STEP_SECONDS) return [];
  const cause =
    stepTime.wireAndWaiting > stepTime.body + stepTime.deviceCompute
      ? 'Most of it is the network: fewer devices on one Wi-Fi, a smaller batch or width, or a cable for the coordinator help.'
      : 'Most of it is computing: a smaller width or batch helps, and closing other programs.';
  return [{ code: 'slow-steps', sentence: `A step takes ${stepTime.total.toFixed(1)} seconds. ${cause}` }];
}

function searchWarning(plan: ChosenCuts | undefined): RunView['warnings'] {
  if (!plan || new Set(plan.classes.values()).size < 2) return [];
  if (plan.predictedStepSeconds < plan.uniform.stepSeconds * (1 - EXPECTED_GAIN)) return [];
  return [
    {
      code: 'no-gain-from-search',
      sentence:
        'Cuts chosen for each device are predicted to be no faster than one cut for all. One device or the coordinator itself holds everybody up; see the step times.',
    },
  ];
}
