// Whether this browser may control the run, and the controls.
import { create } from 'zustand';
import { ApiError, controlRun, isHost, signInAsHost, signOutAsHost } from '../api/coordinator-api.ts';
import { text } from '../../ui/messages.ts';

interface HostState {
  /** undefined until the coordinator has answered. */
  readonly host: boolean | undefined;
  readonly busy: boolean;
  /** What went wrong with the last key or command, in words. */
  readonly problem: string | undefined;
}

interface HostActions {
  /** Exchanges the key of the page's address for a cookie, and asks whether this browser is the host. */
  readonly enter: () => Promise<void>;
  readonly command: (command: 'start' | 'pause' | 'stop') => Promise<void>;
  readonly leave: () => Promise<void>;
}

/** The one store of the host's controls. */
export const useHost = create<HostState & HostActions>((set) => ({
  host: undefined,
  busy: false,
  problem: undefined,
  enter: async () => {
    const key = takeKey(location, history);
    try {
      if (key !== undefined) await signInAsHost(key);
      set({ host: await isHost() });
    } catch (error) {
      set({ host: false, problem: problemWithKey(error) });
    }
  },
  command: async (command) => {
    set({ busy: true, problem: undefined });
    try {
      await controlRun(command);
      set({ busy: false });
    } catch (error) {
      set({ busy: false, problem: problemWithCommand(error) });
    }
  },
  leave: async () => {
    try {
      await signOutAsHost();
      set({ host: false });
    } catch (error) {
      set({ problem: problemWithCommand(error) });
    }
  },
}));

/** Takes the host's key out of the fragment and removes it from the address bar and the history at once. */
export function takeKey(
  place: Pick<Location, 'hash' | 'pathname' | 'search'>,
  entries: Pick<History, 'replaceState'>,
): string | undefined {
  const key = new URLSearchParams(place.hash.slice(1)).get('key');
  if (key === null) return undefined;
  entries.replaceState(null, '', `${place.pathname}${place.search}`);
  return key;
}

/** Why a key did not open the controls. */
export function problemWithKey(error: unknown): string {
  const status = error instanceof ApiError ? error.status : 0;
  if (status === 0) return text.host.unreachable;
  return status === 429 ? text.host.tooMany : text.host.wrongKey;
}

/** Why a command was not carried out. */
export function problemWithCommand(error: unknown): string {
  const status = error instanceof ApiError ? error.status : 0;
  return status === 0 ? text.host.unreachable : text.host.refused;
}
