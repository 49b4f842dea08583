// The web server: pages, HTTP interface, certificate, guards.
export * from './addresses.ts';
export * from './api.ts';
export * from './certificate.ts';
export * from './cloud-api.ts';
export * from './guards.ts';
export * from './run-control.ts';
export * from './static-files.ts';
export type { TierPages } from './tier-routes.ts';
export * from './web-server.ts';
