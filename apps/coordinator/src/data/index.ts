// Images for a headless device: from a folder, a zip or an IDX directory on this machine, or drawn on the spot; or points.
export * from './decode-picture.ts';
export * from './gaussian-source.ts';
export * from './load-images.ts';
export * from './read-directory.ts';
