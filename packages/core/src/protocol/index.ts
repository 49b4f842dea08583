// Everything that both sides of the wire agree on.
export * from './version.ts';
export * from './error-table.ts';
export * from './errors.ts';
export * from './limits.ts';
export * from './run-settings.ts';
export * from './judging.ts';
export * from './messages.ts';
export * from './control.ts';
export * from './frame.ts';
export * from './frame-writer.ts';
export type { TensorSpec } from './frame-table.ts';
export * from './frame-size.ts';
export * from './place.ts';
export * from './rate.ts';
export * from './transport.ts';
export * from './credit.ts';
