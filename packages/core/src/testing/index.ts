// What tests share: whole runs in memory, contract suites, the wire audit.
export * from './transport-contract.ts';
export * from './memory-run.ts';
export * from './wire-audit.ts';
