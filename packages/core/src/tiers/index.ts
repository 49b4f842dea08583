// Edges and their cloud over any transport: the cloud's host, and the edge's link to it.
export * from './cloud-host.ts';
export * from './cloud-link.ts';
export * from './limits.ts';
export { maximumTierFrameBytes } from './model-frames.ts';
export * from './ports.ts';
