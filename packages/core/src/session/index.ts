// The run: a pure reducer, the loop that drives it, and what the pages see of it.
export * from './ports.ts';
export * from './view.ts';
