// Who may do what: the host's key and cookie, limits on wrong tries.
export * from './attempt-limiter.ts';
export * from './host-access.ts';
export * from './host-key.ts';
export * from './join-access.ts';
export * from './secrets.ts';
