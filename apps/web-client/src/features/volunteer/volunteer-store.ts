// The volunteer's page: its state, and what the volunteer can do.
import { create } from 'zustand';
import { startTrainingWorker, type TrainingClient } from '../../worker/client.ts';
import type { DrawnDomain, PageMessage, PauseReason } from '../../worker/messages.ts';
import { fetchRun, type RunInfo } from '../api/coordinator-api.ts';
import { afterWorkerMessage, initialVolunteerState, type VolunteerState } from './volunteer-state.ts';
import { EarlyMessages } from './early-messages.ts';
import { forcedBackend } from './forced-backend.ts';

/** How long the page waits before it looks for the coordinator again. */
const RETRY_MS = 3_000;
/** Drawn examples, or points, that are made for a volunteer. */
const DRAWN_COUNT = 600;

export type ConnectFiles = Omit<Extract<PageMessage, { type: 'connect-files' }>, 'type'>;

interface VolunteerActions {
  /** Looks the run up and starts the Worker; called once when the page opens, undone by `close`. */
  readonly open: () => void;
  readonly close: () => void;
  readonly connectFiles: (files: ConnectFiles) => void;
  readonly connectDrawn: (domain: DrawnDomain) => void;
  /** Points around one of the means, counted from 0. */
  readonly connectPoints: (mode: number) => void;
  readonly connectKept: () => void;
  /** After newer images were refused: goes on with those that were connected before. */
  readonly keepConnected: () => void;
  readonly forgetImages: () => void;
  readonly start: (as: { readonly name: string; readonly joinCode: string }) => void;
  readonly pause: (reason: PauseReason) => void;
  readonly resume: () => void;
  readonly finish: () => void;
  readonly leave: () => void;
  /** Back to the three steps, with the images still connected. */
  readonly again: () => void;
  readonly setPower: (power: Extract<PageMessage, { type: 'power' }>['power']) => void;
}

export type VolunteerStore = VolunteerState & VolunteerActions;

/** The one store of the volunteer's page. */
export const useVolunteer = create<VolunteerStore>((set, get) => {
  let worker: TrainingClient | undefined;
  /** Answers to a visit that was closed meanwhile are dropped. */
  let visit = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const early = new EarlyMessages();
  const send = (message: PageMessage) => {
    if (worker) worker.send(message);
    else early.add(message);
  };

  const lookUp = async (mine: number) => {
    let info: RunInfo;
    try {
      info = await fetchRun();
    } catch {
      if (mine !== visit) return;
      set({ run: { state: 'unreachable' } });
      retry = setTimeout(() => void lookUp(mine), RETRY_MS);
      return;
    }
    if (mine !== visit) return;
    set({ run: { state: 'ready', info } });
    // A cloud trains nobody: its page only shows the way to the edges.
    if (info.tier === 'cloud') return;
    worker ??= startTrainingWorker((message) => set((state) => afterWorkerMessage(state, message)));
    const backend = forcedBackend(location.search);
    send({ type: 'prepare', ...(backend ? { forceBackend: backend } : {}) });
    for (const message of early.take()) send(message);
  };

  return {
    ...initialVolunteerState,
    open: () => void lookUp(++visit),
    close: () => {
      visit++;
      clearTimeout(retry);
      worker?.end();
      worker = undefined;
      early.take();
      set(initialVolunteerState);
    },
    connectFiles: (files) => {
      set({ images: { state: 'connecting', done: 0, total: files.files.length } });
      send({ type: 'connect-files', ...files });
    },
    connectDrawn: (domain) => {
      set({ images: { state: 'connecting', done: 0, total: DRAWN_COUNT } });
      send({ type: 'connect-drawn', domain, count: DRAWN_COUNT });
    },
    connectPoints: (mode) => {
      set({ images: { state: 'connecting', done: 0, total: DRAWN_COUNT } });
      send({ type: 'connect-points', mode, count: DRAWN_COUNT });
    },
    connectKept: () => {
      const count = get().keptImages;
      set({ images: { state: 'connecting', done: 0, total: count } });
      send({ type: 'connect-kept' });
    },
    keepConnected: () => {
      const { lastConnected } = get();
      if (lastConnected) set({ images: { state: 'connected', ...lastConnected } });
    },
    forgetImages: () => send({ type: 'forget-images' }),
    start: ({ name, joinCode }) => {
      set({ started: true, finishing: false, left: false, pausedFor: undefined });
      send({ type: 'start', name, ...(joinCode ? { joinCode } : {}) });
    },
    pause: (reason) => {
      set({ pausedFor: reason });
      send({ type: 'pause', reason });
    },
    resume: () => {
      set({ pausedFor: undefined });
      send({ type: 'resume' });
    },
    finish: () => {
      set({ finishing: true });
      send({ type: 'finish' });
    },
    leave: () => {
      set({ left: true });
      send({ type: 'leave' });
    },
    again: () =>
      set({
        started: false,
        finishing: false,
        left: false,
        pausedFor: undefined,
        device: undefined,
        failure: undefined,
      }),
    setPower: (power) => send({ type: 'power', power }),
  };
});
