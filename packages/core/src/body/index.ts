// The coordinator's half of the networks behind its port.
export * from './local-body.ts';
export { runBody } from './run-body.ts';
