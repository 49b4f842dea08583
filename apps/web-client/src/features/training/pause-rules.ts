// When a device pauses itself, out of courtesy to its owner and to the other devices.
import type { PauseReason } from '../../worker/messages.ts';

/** What the browser tells about the device; undefined where it tells nothing. */
export interface DeviceSurroundings {
  readonly hidden: boolean;
  /** Phones and tablets freeze hidden pages; laptops let their Workers go on. */
  readonly freezesWhenHidden: boolean;
  readonly charging: boolean | undefined;
  readonly saveData: boolean;
}

export interface PauseWishes {
  readonly onlyPluggedIn: boolean;
  /** The volunteer chose to go on although the browser saves data. */
  readonly ignoreSaveData: boolean;
}

/** Why this device should be paused now; undefined: it should not. */
export function pauseWanted(around: DeviceSurroundings, wishes: PauseWishes): PauseReason | undefined {
  if (wishes.onlyPluggedIn && around.charging === false) return 'battery';
  if (around.saveData && !wishes.ignoreSaveData) return 'data-saver';
  return around.hidden && around.freezesWhenHidden ? 'hidden' : undefined;
}

export type PauseStep =
  { readonly do: 'pause'; readonly reason: PauseReason } | { readonly do: 'resume' } | undefined;

/** What to do now; a pause that the volunteer asked for is never lifted, nor replaced, by a rule. */
export function nextPauseStep(current: PauseReason | undefined, wanted: PauseReason | undefined): PauseStep {
  if (current === 'volunteer' || current === wanted) return undefined;
  return wanted ? { do: 'pause', reason: wanted } : { do: 'resume' };
}
