// What tests and simulations share: connections in memory, virtual time, contract suites.
export * from './memory-transport.ts';
export * from './transport-contract.ts';
export * from './virtual-time.ts';
export * from './memory-run.ts';
export * from './wire-audit.ts';
