// What the coordinator tells of itself.
export * from './log.ts';
