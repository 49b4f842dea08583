// Light, dark or the system's choice, kept in this browser.

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'tessera.theme';

/** The kept choice; the system's where nothing is kept or storage is closed to us. */
export function keptTheme(): Theme {
  const kept = readPreference(KEY);
  return THEMES.find((theme) => theme === kept) ?? 'system';
}

/** Applies a theme to the page and keeps it. */
export function applyTheme(theme: Theme, keep = true): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  if (keep) writePreference(KEY, theme);
}

/** A kept preference; undefined where storage is empty or closed to the page. */
export function readPreference(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a preference where storage is open to the page; elsewhere it lasts as long as the page. */
export function writePreference(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private windows may refuse storage: the choice then holds until the page closes.
  }
}
