// Serving a run: the coordinator as a whole, and what surrounds it on a person's machine.
export * from './announce.ts';
export * from './cloud.ts';
export * from './coordinator.ts';
export * from './demo-devices.ts';
export type { EdgeOptions } from './edge.ts';
export * from './lab.ts';
export * from './open-browser.ts';
