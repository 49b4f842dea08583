// What can happen to a run, and what the run wants done about it.
import type { Exchange } from '../architecture/index.ts';
import type { ErrorCode } from '../protocol/index.ts';

export type SessionEvent =
  | { readonly type: 'host'; readonly command: 'start' | 'pause' | 'stop' }
  | { readonly type: 'joined'; readonly id: string }
  | { readonly type: 'profiled'; readonly id: string }
  | {
      readonly type: 'intent';
      readonly id: string;
      readonly intent: 'pause' | 'resume' | 'finish' | 'leave';
    }
  | { readonly type: 'disconnected'; readonly id: string }
  /** A disconnected device is dropped from the list. */
  | { readonly type: 'forgotten'; readonly id: string }
  /** Cuts are chosen for the round in preparation. */
  | { readonly type: 'planned'; readonly round: number; readonly predictedStepSeconds: number }
  | { readonly type: 'ready'; readonly id: string; readonly round: number }
  | {
      readonly type: 'up';
      readonly id: string;
      readonly round: number;
      readonly step: number;
      readonly exchange: Exchange;
    }
  /** The device sent something unusable for this exchange, or said that it cannot go on with the step. */
  | {
      readonly type: 'step-failed';
      readonly id: string;
      readonly round: number;
      readonly step: number;
      readonly code?: ErrorCode | undefined;
    }
  | {
      readonly type: 'body-done';
      readonly round: number;
      readonly step: number;
      readonly exchange: Exchange;
      /** Whose exchange it was, where every device has its own. */
      readonly id?: string;
    }
  | { readonly type: 'body-failed'; readonly reason: string }
  /** A device's layers came; unusable ones leave it out of this federation. */
  | { readonly type: 'layers'; readonly id: string; readonly round: number; readonly usable: boolean }
  | { readonly type: 'committed'; readonly round: number }
  | { readonly type: 'commit-failed'; readonly round: number; readonly reason: string }
  /** Nobody's judgement of the round is waited for any longer. */
  | { readonly type: 'judged'; readonly round: number }
  | { readonly type: 'deadline'; readonly name: string };

export type SessionEffect =
  /** Choose cuts, send assignments and layers; then report 'planned'. */
  | {
      readonly type: 'prepare';
      readonly round: number;
      readonly ids: readonly string[];
      /** They come to a round in progress. */
      readonly isUnderWay?: true;
    }
  | {
      readonly type: 'begin-step';
      readonly round: number;
      readonly step: number;
      readonly cohort: readonly string[];
    }
  | {
      readonly type: 'run-exchange';
      readonly round: number;
      readonly step: number;
      readonly exchange: Exchange;
      readonly ids: readonly string[];
      readonly features: boolean;
    }
  /** The next round goes on with the committed weights; what devices do meanwhile goes on. */
  | { readonly type: 'go-on'; readonly round: number }
  /** Nobody is left in the step: the body forgets it. */
  | { readonly type: 'drop-step' }
  | {
      readonly type: 'missed';
      readonly id: string;
      readonly round: number;
      readonly step: number;
      readonly exchange: Exchange;
    }
  | { readonly type: 'request-layers'; readonly round: number; readonly ids: readonly string[] }
  /** Average, checkpoint; then report 'committed' or 'commit-failed'. */
  | { readonly type: 'federate'; readonly round: number; readonly ids: readonly string[] }
  /** Write the checkpoint once more, with what the devices said of the round. */
  | { readonly type: 'keep-figures'; readonly round: number }
  /** Both sides return to the last commit. */
  | { readonly type: 'abandon'; readonly round: number; readonly reason: string }
  /** The device is done here, at its own wish. */
  | { readonly type: 'dismiss'; readonly id: string }
  /** Replaces the deadline before; reported back as an event unless replaced. */
  | { readonly type: 'deadline'; readonly name: string; readonly afterMs: number };
