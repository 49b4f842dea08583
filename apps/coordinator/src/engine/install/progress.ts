// What the installation is doing, told while it does it.

/** The parts of an installation that take time. */
export type InstallStage = 'reach' | 'own-installer' | 'download' | 'verify' | 'unpack' | 'compile' | 'load';

/** One report of progress; `total` is missing where the end is not known. */
export interface InstallProgress {
  readonly stage: InstallStage;
  readonly text: string;
  readonly done?: number;
  readonly total?: number;
}

/** Takes reports of progress. */
export type OnProgress = (progress: InstallProgress) => void;
