// What a way of downloading a wheel is given.
import type { OnProgress } from './progress.ts';
import type { Wheel } from './wheels.ts';

/** A wheel to download into a folder, under its own file name. */
export interface DownloadRequest {
  readonly wheel: Wheel;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: OnProgress;
}

/** For one wheel of some 200 MB on a slow line. */
export const DOWNLOAD_LIMIT_MS = 30 * 60_000;

/** What progress calls the download. */
export function downloadTitle({ project, version }: Wheel): string {
  return `downloading ${project} ${version}`;
}
