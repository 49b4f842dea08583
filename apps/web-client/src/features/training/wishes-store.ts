// How the volunteer wants this device to be treated; kept in this browser.
import { create } from 'zustand';
import { readPreference, writePreference } from '../../ui/theme.ts';
import type { PowerSetting } from '../../worker/messages.ts';

export const POWER_SETTINGS: readonly PowerSetting[] = ['gentle', 'normal', 'full'];

interface Wishes {
  readonly power: PowerSetting;
  readonly onlyPluggedIn: boolean;
  readonly screenOn: boolean;
  /** Holds until the page closes: the browser's own setting is asked again next time. */
  readonly ignoreSaveData: boolean;
}

interface WishesStore extends Wishes {
  readonly change: (wishes: Partial<Wishes>) => void;
}

const KEY = 'tessera.wishes';

/** The kept wishes, read from text that may be anything. */
export function parseWishes(kept: string | undefined): Wishes {
  const value = asRecord(kept);
  return {
    power: POWER_SETTINGS.find((power) => power === value.power) ?? 'normal',
    onlyPluggedIn: value.onlyPluggedIn === true,
    screenOn: value.screenOn === true,
    ignoreSaveData: false,
  };
}

function asRecord(kept: string | undefined): Partial<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(kept ?? '{}');
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

/** The volunteer's wishes for this device. */
export const useWishes = create<WishesStore>((set, get) => ({
  ...parseWishes(readPreference(KEY)),
  change: (wishes) => {
    set(wishes);
    const { power, onlyPluggedIn, screenOn } = get();
    writePreference(KEY, JSON.stringify({ power, onlyPluggedIn, screenOn }));
  },
}));
