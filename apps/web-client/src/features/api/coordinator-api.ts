// The coordinator's HTTP interface as the pages use it.
import type { RoundSamples, RunPhase, RunView } from '@tessera/core/session';
import type { RunSettings, TiersView } from '@tessera/core/protocol';

/** What anybody may know of the run. */
export interface RunInfo {
  readonly settings: RunSettings;
  readonly phase: RunPhase;
  readonly joinCodeWanted: boolean;
  /** Of a run in three tiers: which of them answers here. */
  readonly tier?: TiersView['tier'];
  /** On an edge: the name of its community. */
  readonly community?: string;
}

/** Where others join, and the certificate's fingerprint where the coordinator serves https. */
export interface JoinInfo {
  readonly urls: readonly string[];
  readonly fingerprint?: string;
}

/** An answer other than 2xx, or none at all (status 0). */
export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch {
    throw new ApiError(0, 'the coordinator does not answer');
  }
  if (!response.ok)
    throw new ApiError(response.status, `${path}: ${String(response.status)} ${response.statusText}`);
  return response;
}

// The page and its coordinator are one program of one version, served by one origin, so that these
// answers are trusted as the page's own script is; what leaves the Worker's socket is checked by core.
async function getJson<T>(path: string): Promise<T> {
  return (await (await request(path)).json()) as T;
}

/** GET api/run. */
export function fetchRun(): Promise<RunInfo> {
  return getJson('/api/run');
}

/** GET api/view. */
export function fetchView(): Promise<RunView> {
  return getJson('/api/view');
}

/** GET api/samples/ROUND. */
export function fetchSamples(round: number): Promise<RoundSamples> {
  return getJson(`/api/samples/${String(round)}`);
}

/** GET api/tiers. */
export function fetchTiers(): Promise<TiersView> {
  return getJson('/api/tiers');
}

/** GET api/tiers/samples/VERSION: the global model as group 0, each community as its index + 1. */
export function fetchTierSamples(version: number): Promise<RoundSamples> {
  return getJson(`/api/tiers/samples/${String(version)}`);
}

/** GET api/join. */
export function fetchJoin(): Promise<JoinInfo> {
  return getJson('/api/join');
}

/** Whether this browser is signed in as the host. */
export async function isHost(): Promise<boolean> {
  return (await getJson<{ host: boolean }>('/api/host')).host;
}

/** Exchanges the host's key for a cookie; an ApiError tells a wrong key (401, 403) from too many tries (429). */
export async function signInAsHost(key: string): Promise<void> {
  await request('/api/host', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  });
}

/** Gives the host's cookie back. */
export async function signOutAsHost(): Promise<void> {
  await request('/api/host', { method: 'DELETE' });
}

/** Starts (or goes on with), pauses or stops the run. */
export async function controlRun(command: 'start' | 'pause' | 'stop'): Promise<void> {
  await request(`/api/run/${command}`, { method: 'POST' });
}

/** Where a group's generator is downloaded. */
export function generatorUrl(cluster: number): string {
  return `/api/generator/${String(cluster)}`;
}
