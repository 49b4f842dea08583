// How good a generator is on one domain: its scores, and the scorers that are trained once and kept.
export * from './draw-images.ts';
export * from './evaluate-domain.ts';
export * from './reference.ts';
export * from './scorer-cache.ts';
