// The run: a pure reducer, the loop that drives it, and what the pages see of it.
export * from './ports.ts';
export * from './view.ts';
export type { SessionEffect, SessionEvent } from './events.ts';
export { initialState, type SessionState } from './state.ts';
export { reduce } from './reduce.ts';
export { standingOf } from './standing.ts';
export { drawSamples, pixelBytes, roundSamples } from './samples.ts';
export { RunLoop } from './run-loop.ts';
export { requireSameNetworks } from './run-weights.ts';
