// The body in its worker thread.
export * from './worker-body.ts';
