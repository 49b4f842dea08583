// What the volunteer's page knows: a pure reducer over the Worker's messages and the volunteer's own acts.
import type { RunSettings } from '@tessera/core/protocol';
import type { DeviceStatus, FolderClass, PauseReason, WorkerMessage } from '../../worker/messages.ts';
import { text } from '../../ui/messages.ts';
import type { RunInfo } from '../api/coordinator-api.ts';

export type RunLookup =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly info: RunInfo }
  | { readonly state: 'unreachable' };

/** What the run trains on; images until it is known. */
export function dataOf(run: RunLookup): RunSettings['data'] {
  return run.state === 'ready' ? run.info.settings.data : 'images';
}

export type EngineState =
  | { readonly state: 'starting'; readonly what: string; readonly progress: number }
  | {
      readonly state: 'ready';
      readonly backend: string;
      readonly adapter: string;
      readonly reason: string;
      readonly refused: readonly { readonly name: string; readonly why: string }[];
    }
  | { readonly state: 'failed' };

export type ConnectedImages = Extract<WorkerMessage, { type: 'images-connected' }>;

export type ImagesState =
  | { readonly state: 'none' }
  | { readonly state: 'connecting'; readonly done: number; readonly total: number }
  | ({ readonly state: 'connected' } & ConnectedImages)
  | { readonly state: 'refused'; readonly message: string; readonly folders: readonly FolderClass[] };

/** Samples of the volunteer's own group at the start of a round (of round 0: before any training), as bytes. */
export interface OwnSamples {
  readonly round: number;
  readonly pixels: Uint8Array;
}

export interface VolunteerState {
  readonly run: RunLookup;
  readonly engine: EngineState;
  readonly images: ImagesState;
  /** What the Worker still holds when newer images are refused. */
  readonly lastConnected: ConnectedImages | undefined;
  /** Images in the private copy that an earlier visit left in this browser. */
  readonly keptImages: number;
  /** Why the private copy could not be kept; undefined when it could, or was not asked for. */
  readonly copyProblem: string | undefined;
  /** Start was pressed. */
  readonly started: boolean;
  readonly finishing: boolean;
  readonly left: boolean;
  /** Why this device paused itself; undefined while it does not. */
  readonly pausedFor: PauseReason | undefined;
  readonly device: DeviceStatus | undefined;
  /** In order of rounds. */
  readonly samples: readonly OwnSamples[];
  readonly failure: { readonly code: string; readonly message: string } | undefined;
}

/** Rounds of samples that the page keeps; the first and the newest are never dropped. */
export const SAMPLE_ROUNDS_KEPT = 200;

export const initialVolunteerState: VolunteerState = {
  run: { state: 'loading' },
  engine: { state: 'starting', what: text.engine.loading, progress: 0 },
  images: { state: 'none' },
  lastConnected: undefined,
  keptImages: 0,
  copyProblem: undefined,
  started: false,
  finishing: false,
  left: false,
  pausedFor: undefined,
  device: undefined,
  samples: [],
  failure: undefined,
};

/** The state after a message of the Worker. */
export function afterWorkerMessage(state: VolunteerState, message: WorkerMessage): VolunteerState {
  switch (message.type) {
    case 'preparing':
      return {
        ...state,
        engine: { state: 'starting', what: text.engine.trying(message.what), progress: message.progress },
      };
    case 'prepared':
      return {
        ...state,
        engine: { state: 'ready', ...message.engine, refused: message.refusedEngines },
        keptImages: message.keptImages?.count ?? 0,
      };
    case 'connecting-images':
      return { ...state, images: { state: 'connecting', done: message.done, total: message.total } };
    case 'images-connected': {
      const kept = message.keptCopy ? message.total : state.keptImages;
      const images = { state: 'connected', ...message } as const;
      return { ...state, images, lastConnected: message, keptImages: kept, copyProblem: undefined };
    }
    case 'images-forgotten':
      return { ...state, keptImages: 0, ...withoutCopy(state) };
    case 'images-refused':
      return { ...state, images: { state: 'refused', message: message.message, folders: message.folders } };
    case 'copy-refused':
      return { ...state, copyProblem: message.message };
    case 'status':
      return { ...state, device: message.status };
    case 'samples':
      return { ...state, samples: withSamples(state.samples, message) };
    case 'failed':
      return message.code === 'no-engine'
        ? { ...state, engine: { state: 'failed' } }
        : { ...state, failure: { code: message.code, message: message.message } };
    default:
      return message satisfies never;
  }
}

/** Images that came from the deleted copy are gone from the page; others stay, without a copy. */
function withoutCopy({ lastConnected }: VolunteerState): Pick<VolunteerState, 'images' | 'lastConnected'> {
  if (!lastConnected || lastConnected.source === 'kept')
    return { images: { state: 'none' }, lastConnected: undefined };
  const connected = { ...lastConnected, keptCopy: false };
  return { images: { state: 'connected', ...connected }, lastConnected: connected };
}

/** Adds a round, in order, each round once; beyond the limit the oldest after the first goes. */
export function withSamples(samples: readonly OwnSamples[], added: OwnSamples): readonly OwnSamples[] {
  const others = samples.filter((sample) => sample.round !== added.round);
  const sorted = [...others, { round: added.round, pixels: added.pixels }].sort((a, b) => a.round - b.round);
  return sorted.length > SAMPLE_ROUNDS_KEPT ? [...sorted.slice(0, 1), ...sorted.slice(2)] : sorted;
}
