// Many devices in one process: connections in memory, virtual time, and computing that takes the time it is said to.
export * from './links.ts';
export * from './memory-access.ts';
export * from './memory-device-storage.ts';
export * from './memory-transport.ts';
export * from './paced-body.ts';
export * from './paced-device.ts';
export * from './simulated-run.ts';
export * from './simulated-tiers.ts';
export * from './simulated-time.ts';
export * from './virtual-time.ts';
