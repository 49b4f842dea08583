// Bytes and sockets; nothing of training.
export * from './socket-client.ts';
export * from './socket-connection.ts';
export * from './socket-server.ts';
export * from './trust.ts';
export * from './watchers.ts';
