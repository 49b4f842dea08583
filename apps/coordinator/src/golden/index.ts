// Replaying a reference run and comparing what comes out.
export { compare, type Comparison, type Group } from './compare.ts';
export { readGolden, type Golden } from './golden-file.ts';
export { replay, type Moment } from './replay.ts';
export type { GoldenDevice, GoldenSettings } from './settings.ts';
