// The run's state as plain immutable data: its phase, and every device's place in it.
import type { Exchange } from '../architecture/index.ts';
import type { RunSettings } from '../protocol/index.ts';
import { NO_SETBACKS, type Setbacks } from './setbacks.ts';

/** One device, with only what decides who takes part; tensors and sockets are the loop's. */
export interface SessionDevice {
  readonly id: string;
  readonly connected: boolean;
  readonly stage:
    /** Here, but without a (new) speed check. */
    | { readonly name: 'joined' }
    /** In the waiting room until a round begins. */
    | { readonly name: 'waiting' }
    /** Has its part of the network, compiles and warms up. */
    | { readonly name: 'preparing' }
    | { readonly name: 'in-round' }
    /** On the observers' bench until the given round begins, or until the run cannot go on without it. */
    | { readonly name: 'watching'; readonly untilRound: number; readonly reason: string };
  /** Paused by the volunteer (or the battery, a hidden tab, …). */
  readonly paused: boolean;
  /** Leaves after this round. */
  readonly finishing: boolean;
  readonly missesInARow: number;
  /** How often three misses in a row took it out of a round, less one a round it finished; above 0 it gets the shallowest cut. */
  readonly strikes: number;
}

/** One step in progress. Sets hold device ids. */
export interface StepProgress {
  readonly step: number;
  /** The round's last step. */
  readonly last: boolean;
  /** Cluster features are taken. */
  readonly features: boolean;
  readonly exchange: Exchange;
  /** Who still takes part in this step; the next two are parts of it. */
  readonly cohort: ReadonlySet<string>;
  readonly awaited: ReadonlySet<string>;
  readonly arrived: ReadonlySet<string>;
  /** The body computes; its answer moves the step on. */
  readonly computing: boolean;
}

/** One device's stream of steps; a step has two exchanges. */
export interface StreamProgress {
  /** In which it was given its part: the number under which its messages travel. */
  readonly round: number;
  /** Counted from 0 since then. */
  readonly step: number;
  readonly exchange: Exchange;
  readonly stage:
    | 'awaited'
    /** Its message came while a round was being committed. */
    | 'arrived'
    | 'computing'
    /** No step is under way. */
    | 'resting';
}

/** An asynchronous round. */
export interface Streams {
  /** Of the generator, in this round. */
  readonly updates: number;
  /** Updates that end it: local iterations times the devices that it began with, ready or not. */
  readonly target: number;
  /** By device id; every device of the round has one. */
  readonly of: ReadonlyMap<string, StreamProgress>;
}

export type Phase =
  | { readonly name: 'not-started' }
  | { readonly name: 'waiting-for-devices' }
  | { readonly name: 'preparing'; readonly round: number; readonly awaited: ReadonlySet<string> }
  | { readonly name: 'training'; readonly round: number; readonly progress: StepProgress }
  /** Between two steps: the host paused, or too many volunteers did. */
  | { readonly name: 'holding'; readonly round: number; readonly nextStep: number }
  | {
      readonly name: 'federating';
      readonly round: number;
      readonly awaited: ReadonlySet<string>;
      readonly arrived: ReadonlySet<string>;
    }
  /** Devices answer one by one, and nobody waits for another. */
  | { readonly name: 'streaming'; readonly round: number; readonly streams: Streams }
  /** Streams go on in the next round with what is under way now. */
  | { readonly name: 'committing'; readonly round: number; readonly streams?: Streams }
  /** The last round is committed, and its devices judge the generators before they go. */
  | { readonly name: 'judging'; readonly round: number }
  | { readonly name: 'finished' };

export interface SessionState {
  readonly settings: RunSettings;
  readonly phase: Phase;
  readonly devices: ReadonlyMap<string, SessionDevice>;
  /** -1 before the first commit. */
  readonly committedRound: number;
  /** The host paused the run, with the sentence to show. */
  readonly hostPause?: string;
  /** The host asked for the end; the next step is the round's last. */
  readonly stopping: boolean;
  /** The plan's seconds per step; sets the deadlines. */
  readonly predictedStepSeconds: number;
  /** Steps of this round that at least one device went through to the end. */
  readonly stepsDone: number;
  /** Since the last commit. */
  readonly setbacks: Setbacks;
  /** The name of the one deadline that counts. */
  readonly deadline?: string;
}

/** A run before anybody joined; `committedRound` comes from the checkpoint. */
export function initialState(settings: RunSettings, committedRound = -1): SessionState {
  return {
    settings,
    phase: committedRound + 1 >= settings.rounds ? { name: 'finished' } : { name: 'not-started' },
    devices: new Map(),
    committedRound,
    stopping: false,
    predictedStepSeconds: 0,
    stepsDone: 0,
    setbacks: NO_SETBACKS,
  };
}

/** The ids of the devices for which `holds` is true, in id order. */
export function idsWhere(state: SessionState, holds: (device: SessionDevice) => boolean): string[] {
  return [...state.devices.values()]
    .filter(holds)
    .map((device) => device.id)
    .sort();
}

/** May take part in the next round. */
export function isWaiting(device: SessionDevice): boolean {
  return device.connected && !device.paused && !device.finishing && device.stage.name === 'waiting';
}

/** Sits on the observers' bench and would take part. */
export function isBenched(device: SessionDevice): boolean {
  return device.connected && !device.paused && !device.finishing && device.stage.name === 'watching';
}

/** Belongs to the round in progress and is still here (paused ones included: they hold their layers). */
export function isInRound(device: SessionDevice): boolean {
  return device.connected && device.stage.name === 'in-round';
}

/** The round in progress, or the one that would begin next. */
export function currentRound(state: SessionState): number {
  return 'round' in state.phase ? state.phase.round : state.committedRound + 1;
}
