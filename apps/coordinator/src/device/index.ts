// A headless device.
export * from './agreement.ts';
export * from './find-place.ts';
export * from './folder-storage.ts';
export * from './look-up-run.ts';
export * from './run-device.ts';
export * from './state-folder.ts';
export * from './status-lines.ts';
