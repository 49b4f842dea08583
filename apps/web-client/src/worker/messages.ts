// Every message between the page and its training Worker.
import type { DeviceStatus, PowerSetting } from '@tessera/core/device';
import type { RunSettings } from '@tessera/core/protocol';

export type { DeviceStatus, LossPoint, PowerSetting } from '@tessera/core/device';

/** Why a device pauses itself. */
export type PauseReason = 'volunteer' | 'battery' | 'hidden' | 'data-saver';

/** The drawn sets that a volunteer without images may use. */
export type DrawnDomain = 'pen' | 'marker' | 'segments';

/** Page to Worker. */
export type PageMessage =
  /** Choose and verify the engine, and look the run up (GET api/run); nothing of the volunteer's is sent. */
  | { readonly type: 'prepare'; readonly forceBackend?: 'webgpu' | 'webgl' | 'wasm' }
  | {
      readonly type: 'connect-files';
      readonly files: readonly { readonly path: string; readonly file: File }[];
      readonly invert?: boolean | 'auto';
      /** Folder name to class index, or 'skip'. */
      readonly mapping?: readonly (readonly [string, number | 'skip'])[];
      readonly keepCopy: boolean;
    }
  | { readonly type: 'connect-drawn'; readonly domain: DrawnDomain; readonly count: number }
  /** Points around one of the nine means, counted from 0, for runs that train on points. */
  | { readonly type: 'connect-points'; readonly mode: number; readonly count: number }
  /** Use the private copy that was kept in this browser, if there is one. */
  | { readonly type: 'connect-kept' }
  | { readonly type: 'forget-images' }
  | { readonly type: 'start'; readonly name: string; readonly joinCode?: string }
  | { readonly type: 'pause'; readonly reason: PauseReason }
  | { readonly type: 'resume' }
  | { readonly type: 'finish' }
  | { readonly type: 'leave' }
  | { readonly type: 'power'; readonly power: PowerSetting };

/** Before-and-after of one connected image, as raw pixels. */
export interface ImagePreview {
  readonly name: string;
  readonly classIndex: number;
  /** RGBA of the original, reduced to at most 112 pixels a side. */
  readonly before: { readonly width: number; readonly height: number; readonly rgba: Uint8ClampedArray };
  /** What the run trains on: h*w*c bytes. */
  readonly after: Uint8Array;
}

/** A folder of images (or a label of an IDX file) and the class of the run that it stands for. */
export interface FolderClass {
  readonly name: string;
  readonly count: number;
  /** Undefined: no class of the run has this name, or the volunteer leaves it out. */
  readonly classIndex: number | undefined;
}

/** Worker to page. */
export type WorkerMessage =
  | {
      readonly type: 'prepared';
      readonly settings: RunSettings;
      readonly joinCodeWanted: boolean;
      readonly engine: { readonly backend: string; readonly adapter: string; readonly reason: string };
      readonly refusedEngines: readonly { readonly name: string; readonly why: string }[];
      /** A private copy of images from an earlier visit is here. */
      readonly keptImages?: { readonly count: number };
    }
  | {
      readonly type: 'preparing';
      /** The engine that is being started, tested with known numbers, or timed. */
      readonly what: {
        readonly backend: 'webgpu' | 'webgl' | 'wasm';
        readonly step: 'start' | 'test' | 'time';
      };
      readonly progress: number;
    }
  | { readonly type: 'connecting-images'; readonly done: number; readonly total: number }
  | {
      readonly type: 'images-connected';
      readonly total: number;
      /** Per class of the run. */
      readonly counts: readonly number[];
      readonly folders: readonly FolderClass[];
      readonly skipped: readonly { readonly path: string; readonly reason: string }[];
      readonly previews: readonly ImagePreview[];
      readonly source: 'files' | 'drawn' | 'kept';
      /** Of a run that trains on points: their mean, counted from 0, and all of them, two bytes each. */
      readonly points?: { readonly mode: number; readonly cloud: Uint8Array };
      readonly keptCopy: boolean;
    }
  | { readonly type: 'images-forgotten' }
  /** The folders are there when classes were unknown, so that the volunteer can map them. */
  | {
      readonly type: 'images-refused';
      readonly code: string;
      readonly message: string;
      readonly folders: readonly FolderClass[];
    }
  /** The images are connected, but the private copy of them could not be kept. */
  | { readonly type: 'copy-refused'; readonly message: string }
  /** Moments (the next try, the events) are in milliseconds since 1970, so that the page may compare them. */
  | { readonly type: 'status'; readonly status: DeviceStatus }
  /** One image a class of the volunteer's own group: classes*h*w*c bytes. */
  | { readonly type: 'samples'; readonly round: number; readonly pixels: Uint8Array }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };
