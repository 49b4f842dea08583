// Every message between the page and its training Worker.
import type { DeviceStatus, PowerSetting } from '@tessera/core/device';
import type { RunSettings } from '@tessera/core/protocol';

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
  /** Use the private copy that was kept in this browser, if there is one. */
  | { readonly type: 'connect-kept' }
  | { readonly type: 'forget-images' }
  | { readonly type: 'start'; readonly name: string; readonly joinCode?: string }
  | { readonly type: 'pause'; readonly reason: 'volunteer' | 'battery' | 'hidden' | 'data-saver' }
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
  | { readonly type: 'preparing'; readonly what: string; readonly progress: number }
  | { readonly type: 'connecting-images'; readonly done: number; readonly total: number }
  | {
      readonly type: 'images-connected';
      readonly total: number;
      /** Per class of the run. */
      readonly counts: readonly number[];
      readonly folders: readonly {
        readonly name: string;
        readonly count: number;
        readonly classIndex: number | undefined;
      }[];
      readonly skipped: readonly { readonly path: string; readonly reason: string }[];
      readonly previews: readonly ImagePreview[];
      readonly source: 'files' | 'drawn' | 'kept';
      readonly keptCopy: boolean;
    }
  | { readonly type: 'images-forgotten' }
  | { readonly type: 'images-refused'; readonly code: string; readonly message: string }
  | { readonly type: 'status'; readonly status: DeviceStatus }
  /** One image a class of the volunteer's own group: classes*h*w*c bytes. */
  | { readonly type: 'samples'; readonly round: number; readonly pixels: Uint8Array }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };
