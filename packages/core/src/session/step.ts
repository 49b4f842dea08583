// One step: a barrier per exchange, with a deadline; who is late misses the step and the rest go on.
import { type Exchange, exchangeAfter } from '../architecture/index.ts';
import { isAsynchronous, strategyOf } from '../strategy/index.ts';
import type { Draft } from './draft.ts';
import { featureSteps } from './feature-means.ts';
import {
  BODY_DEADLINE_MS,
  MINIMUM_EXCHANGE_DEADLINE_MS,
  MISSES_UNTIL_BENCH,
  PREDICTED_STEPS_WAITED,
} from './limits.ts';
import { abandonIfTooFew, abandonRound, beginFederation, bench } from './round.ts';
import { idsWhere, isInRound, type StepProgress } from './state.ts';
import { beginStreams } from './streams.ts';

/** Milliseconds that an exchange waits: the larger of 5 s and twice the predicted step. */
export function exchangeDeadlineMs(predictedStepSeconds: number): number {
  return Math.max(MINIMUM_EXCHANGE_DEADLINE_MS, PREDICTED_STEPS_WAITED * 1_000 * predictedStepSeconds);
}

/** Begins step `step` of the round, or holds, ends or abandons the round where that is due. */
export function beginStep(draft: Draft, round: number, step: number): void {
  const { state } = draft;
  const { batch, minimumDevices, stepsPerRound } = state.settings;
  if (isAsynchronous(state.settings.strategy)) {
    beginStreams(draft, round);
    return;
  }
  draft.enter({ name: 'holding', round, nextStep: step });
  abandonIfTooFew(draft);
  if (draft.phase.name !== 'holding') return;
  if (step >= stepsPerRound) {
    if (state.stepsDone > 0) beginFederation(draft, round);
    else abandonRound(draft, 'no device came to the end of a step');
    return;
  }
  const cohort = idsWhere(state, (device) => isInRound(device) && !device.paused);
  if (state.hostPause !== undefined || cohort.length < minimumDevices) return;
  const members = new Set(cohort);
  const last = step + 1 === stepsPerRound || state.stopping;
  draft.enter({
    name: 'training',
    round,
    progress: {
      step,
      last,
      features: last || step + featureSteps(batch) >= stepsPerRound,
      exchange: 1,
      cohort: members,
      awaited: members,
      arrived: new Set(),
      computing: false,
    },
  });
  draft.emit({ type: 'begin-step', round, step, cohort });
  startExchangeDeadline(draft, round, step, 1);
}

/** A device's half of the exchange is here. */
export function settleUp(draft: Draft, id: string): void {
  const { phase } = draft;
  if (phase.name !== 'training' || !phase.progress.awaited.has(id)) return;
  change(draft, {
    awaited: without(phase.progress.awaited, id),
    arrived: new Set(phase.progress.arrived).add(id),
  });
  runExchangeWhenComplete(draft);
}

/** The device takes no further part in this step, not even with what it sent for this exchange. */
export function loseDevice(draft: Draft, id: string): void {
  const { phase } = draft;
  if (phase.name !== 'training' || !phase.progress.cohort.has(id)) return;
  const { cohort, awaited, arrived } = phase.progress;
  change(draft, {
    cohort: without(cohort, id),
    awaited: without(awaited, id),
    arrived: without(arrived, id),
  });
  runExchangeWhenComplete(draft);
}

/** Counts a missed exchange against a device and loses it for the step. */
export function missExchange(draft: Draft, id: string): void {
  const { phase } = draft;
  if (phase.name !== 'training' || !phase.progress.cohort.has(id)) return;
  const { step, exchange } = phase.progress;
  missOne(draft, id, { round: phase.round, step, exchange });
  loseDevice(draft, id);
}

/** Counts a missed exchange against a device, tells it, and benches it after too many in a row. */
export function missOne(
  draft: Draft,
  id: string,
  at: { readonly round: number; readonly step: number; readonly exchange: Exchange },
): void {
  const missesInARow = (draft.state.devices.get(id)?.missesInARow ?? 0) + 1;
  draft.device(id, { missesInARow });
  draft.emit({ type: 'missed', id, ...at });
  if (missesInARow >= MISSES_UNTIL_BENCH) {
    bench(draft, id, 'this device is too slow for the current pace; it is tried again next round');
  }
}

/** The exchange's time is over: everybody still awaited has missed it. */
export function endExchange(draft: Draft): void {
  const { phase } = draft;
  if (phase.name !== 'training') return;
  const { step, awaited } = phase.progress;
  for (const id of awaited) {
    const now = draft.phase;
    // Losing the last one may already have moved the run on.
    if (now.name === 'training' && now.round === phase.round && now.progress.step === step) {
      missExchange(draft, id);
    }
  }
}

/** The body has answered: the next exchange, the next step, or the end of the round. */
export function exchangeDone(draft: Draft): void {
  const { phase } = draft;
  if (phase.name !== 'training' || !phase.progress.computing) return;
  const { round, progress } = phase;
  if (progress.cohort.size === 0) {
    dropStep(draft, round, progress);
    return;
  }
  const { schedule } = strategyOf(draft.state.settings.strategy);
  const exchange = exchangeAfter(progress.exchange, schedule);
  if (exchange !== undefined) {
    change(draft, { exchange, awaited: progress.cohort, arrived: new Set(), computing: false });
    startExchangeDeadline(draft, round, progress.step, exchange);
    return;
  }
  for (const id of progress.cohort) draft.device(id, { missesInARow: 0 });
  draft.set({ stepsDone: draft.state.stepsDone + 1 });
  endStep(draft, round, progress);
}

function runExchangeWhenComplete(draft: Draft): void {
  const { phase } = draft;
  if (phase.name !== 'training') return;
  const { round, progress } = phase;
  if (progress.computing || progress.awaited.size > 0) return;
  if (progress.arrived.size === 0) {
    dropStep(draft, round, progress);
    return;
  }
  const { step, exchange } = progress;
  change(draft, { computing: true });
  draft.emit({
    type: 'run-exchange',
    round,
    step,
    exchange,
    ids: [...progress.arrived].sort(),
    features: progress.features && exchange === 1,
  });
  draft.deadline(`body/${round}/${step}/${exchange}`, BODY_DEADLINE_MS);
}

/** Nobody is left in the step. */
function dropStep(draft: Draft, round: number, progress: StepProgress): void {
  draft.emit({ type: 'drop-step' });
  endStep(draft, round, progress);
}

function endStep(draft: Draft, round: number, { step, last }: StepProgress): void {
  beginStep(draft, round, last ? draft.state.settings.stepsPerRound : step + 1);
}

function startExchangeDeadline(draft: Draft, round: number, step: number, exchange: Exchange): void {
  draft.deadline(
    `exchange/${round}/${step}/${exchange}`,
    exchangeDeadlineMs(draft.state.predictedStepSeconds),
  );
}

function change(draft: Draft, change: Partial<StepProgress>): void {
  const { phase } = draft;
  if (phase.name !== 'training') return;
  draft.set({ phase: { ...phase, progress: { ...phase.progress, ...change } } });
}

function without(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const rest = new Set(set);
  rest.delete(id);
  return rest;
}
