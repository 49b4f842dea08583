// Connects images inside the Worker: from files, drawn on the spot, or from the private copy; or points.
import {
  bytesPerImage,
  classCounts,
  connectImages,
  DataError,
  type DataTarget,
  drawnImages,
  fitsTarget,
  type ImageSet,
  MAX_PREVIEWS,
  pointsOfMode,
} from '@tessera/core/data';
import { Random } from '@tessera/core/random';
import { decodePicture, namedFiles, PrivateCopies } from '../data/index.ts';
import { rgbaOf } from '../ui/pixels.ts';
import type { ImagePreview, PageMessage, WorkerMessage } from './messages.ts';

type ConnectMessage = Extract<
  PageMessage,
  { type: 'connect-files' | 'connect-drawn' | 'connect-points' | 'connect-kept' }
>;

/** Progress messages are at least this far apart. */
const PROGRESS_GAP_MS = 100;

/** The connected set of this page, and the private copy beside it. */
export class ImageConnector {
  readonly #post: (message: WorkerMessage) => void;
  readonly #copies = new PrivateCopies(() => navigator.storage.getDirectory());
  #set: ImageSet | undefined;
  #running: AbortController | undefined;

  constructor(post: (message: WorkerMessage) => void) {
    this.#post = post;
  }

  /** What training draws from; undefined until images are connected. */
  get set(): ImageSet | undefined {
    return this.#set;
  }

  /** Images in the private copy, 0 where there is none, none that fits the run, or none that can be read. */
  async keptCount(runId: string, target: DataTarget): Promise<number> {
    try {
      const kept = await this.#copies.load(runId);
      return kept && fitsTarget(kept, target) ? kept.labels.length : 0;
    } catch {
      return 0;
    }
  }

  /** Connects as asked; a later call ends an earlier one. What goes wrong is posted, never thrown. */
  async connect(message: ConnectMessage, runId: string, target: DataTarget): Promise<void> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    try {
      const connected = await this.#read(message, { runId, target, signal: running.signal });
      if (running.signal.aborted) return;
      this.#set = connected.set;
      const keptCopy = message.type === 'connect-kept' || (await this.#keep(message, runId, connected.set));
      const { set, ...rest } = connected;
      this.#post({
        type: 'images-connected',
        total: set.labels.length,
        counts: classCounts(set),
        keptCopy,
        ...rest,
      });
    } catch (error) {
      if (!running.signal.aborted) this.#post(refusal(error));
    }
  }

  /** Removes the private copy; the images of this page stay connected. */
  async forget(runId: string): Promise<void> {
    await this.#copies.forget(runId);
    this.#post({ type: 'images-forgotten' });
  }

  async #read(
    message: ConnectMessage,
    run: { runId: string; target: DataTarget; signal: AbortSignal },
  ): Promise<Connected> {
    switch (message.type) {
      case 'connect-files': {
        const { set, folders, skipped, previews } = await connectImages(namedFiles(message.files), {
          target: run.target,
          decode: decodePicture,
          invert: message.invert,
          mapping: message.mapping && new Map(message.mapping),
          onProgress: this.#progress(),
          signal: run.signal,
        });
        return { set, folders, skipped, previews: previews.map(asPreview), source: 'files' };
      }
      case 'connect-drawn': {
        const { domain, count } = message;
        const set = drawnImages({ domain, count, random: freshRandom(), target: run.target });
        return { set, folders: [], skipped: [], previews: previewsOf(set), source: 'drawn' };
      }
      case 'connect-points': {
        const { mode, count } = message;
        const set = pointsOfMode({ mode, count, random: freshRandom(), target: run.target });
        const points = { mode, cloud: set.images };
        return { set, folders: [], skipped: [], previews: [], source: 'drawn', points };
      }
      case 'connect-kept': {
        const set = await this.#copies.load(run.runId);
        if (!set || !fitsTarget(set, run.target))
          throw new DataError(
            'copy-damaged',
            'The private copy does not fit this run any more: choose your files again.',
          );
        return { set, folders: [], skipped: [], previews: previewsOf(set), source: 'kept' };
      }
      default:
        return message satisfies never;
    }
  }

  async #keep(message: ConnectMessage, runId: string, set: ImageSet): Promise<boolean> {
    if (message.type !== 'connect-files' || !message.keepCopy) return false;
    try {
      await this.#copies.save(runId, set);
      return true;
    } catch (error) {
      this.#post({ type: 'copy-refused', message: error instanceof Error ? error.message : String(error) });
      return false;
    }
  }

  #progress(): (done: number, total: number) => void {
    let last = 0;
    return (done, total) => {
      const now = performance.now();
      if (now - last < PROGRESS_GAP_MS && done < total) return;
      last = now;
      this.#post({ type: 'connecting-images', done, total });
    };
  }
}

interface Connected extends Pick<
  Extract<WorkerMessage, { type: 'images-connected' }>,
  'folders' | 'skipped' | 'previews' | 'source' | 'points'
> {
  readonly set: ImageSet;
}

function freshRandom(): Random {
  return new Random(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0);
}

function refusal(error: unknown): WorkerMessage {
  if (error instanceof DataError)
    return { type: 'images-refused', code: error.code, message: error.message, folders: error.folders };
  return {
    type: 'images-refused',
    code: 'unreadable',
    message: error instanceof Error ? error.message : String(error),
    folders: [],
  };
}

function asPreview({ name, classIndex, before, after }: Readonly<ImagePreviewOfCore>): ImagePreview {
  const { width, height, rgba } = before;
  return { name, classIndex, before: { width, height, rgba: new Uint8ClampedArray(rgba) }, after };
}

type ImagePreviewOfCore = Awaited<ReturnType<typeof connectImages>>['previews'][number];

/** Previews of images that have no other original: evenly over the classes. */
export function previewsOf(set: ImageSet): ImagePreview[] {
  const [height, width, channels] = set.shape;
  const size = bytesPerImage(set.shape);
  return evenlyOverClasses(set.labels, MAX_PREVIEWS).map((position) => {
    const after = set.images.slice(position * size, (position + 1) * size);
    const classIndex = set.labels[position] ?? 0;
    return {
      name: set.classNames[classIndex] ?? '',
      classIndex,
      before: { width, height, rgba: rgbaOf(after, channels) },
      after,
    };
  });
}

/** Up to `limit` positions: the first image of each class, then the second of each, in order of class. */
export function evenlyOverClasses(labels: ArrayLike<number>, limit: number): number[] {
  const seen = new Map<number, number>();
  const ranked = Array.from(labels, (label, position) => {
    const rank = seen.get(label) ?? 0;
    seen.set(label, rank + 1);
    return { label, position, rank };
  });
  return ranked
    .sort((a, b) => a.rank - b.rank || a.label - b.label)
    .slice(0, limit)
    .sort((a, b) => a.label - b.label || a.rank - b.rank)
    .map(({ position }) => position);
}
