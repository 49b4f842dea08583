// What computes in threads of its own: the body, and the cloud's domain terms.
export * from './worker-body.ts';
export * from './worker-terms.ts';
