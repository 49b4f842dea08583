// The run page and the wall: the live view of the run, and what was seen of each device.
import type { RunView } from '@tessera/core/session';
import { create } from 'zustand';
import { fetchView } from '../api/coordinator-api.ts';
import { type Sightings, withSightings } from './sightings.ts';

interface RunState {
  readonly view: RunView | undefined;
  /** False while the coordinator does not answer. */
  readonly live: boolean;
  readonly sightings: Sightings;
}

interface RunActions {
  /** Follows the run; returns how to stop. */
  readonly watch: () => () => void;
}

const nothing: RunState = { view: undefined, live: true, sightings: new Map() };

/** The one store of the run's pages. */
export const useRun = create<RunState & RunActions>((set) => {
  const take = (view: RunView) =>
    set((state) => ({
      view,
      live: true,
      sightings: withSightings(state.sightings, view.devices, Date.now()),
    }));
  return {
    ...nothing,
    watch: () => {
      let stopped = false;
      let stop: (() => void) | undefined;
      fetchView().then(
        (view) => {
          if (!stopped) take(view);
        },
        () => set({ live: false }),
      );
      void import('./watch.ts').then(({ watchRun }) => {
        if (!stopped) stop = watchRun({ onView: take, onLost: () => set({ live: false }) });
      });
      return () => {
        stopped = true;
        stop?.();
        set(nothing);
      };
    },
  };
});
