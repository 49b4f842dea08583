// A volunteer's images in the browser: decoding, and the private copy that may be kept. No React in here.
export * from './chosen-files.ts';
export * from './decode-picture.ts';
export * from './origin-file.ts';
export * from './private-copy.ts';
