// Asynchronous steps: every device has a stream of its own, no barrier; the generator moves at each answer.
import type { Exchange } from '../architecture/index.ts';
import type { Draft } from './draft.ts';
import { PREDICTED_STEPS_WAITED, STREAM_SILENCE_MS } from './limits.ts';
import { abandonIfTooFew, beginCommit } from './round.ts';
import { idsWhere, isInRound, type Phase, type Streams, type StreamProgress } from './state.ts';
import { missOne } from './step.ts';

/** Where a message of one device belongs: its own count of steps, under the round in which it was given its part. */
interface StreamPlace {
  readonly id: string;
  readonly round: number;
  readonly step: number;
}

/** Begins a round of streams, or goes on with those of the round before: what is under way goes on. */
export function beginStreams(draft: Draft, round: number, before: Streams['of'] = new Map()): void {
  const ids = idsWhere(draft.state, isInRound);
  const fresh = { round, step: -1, exchange: 1, stage: 'resting' } as const;
  const of = new Map(ids.map((id): [string, StreamProgress] => [id, before.get(id) ?? fresh]));
  const preparing = idsWhere(draft.state, ({ stage }) => stage.name === 'preparing');
  const target = draft.state.settings.stepsPerRound * (ids.length + preparing.length);
  draft.enter({ name: 'streaming', round, streams: { updates: 0, target, of } });
  abandonIfTooFew(draft);
  listen(draft);
  for (const [id, { stage }] of of) if (stage === 'arrived') compute(draft, id);
  wakeStreams(draft);
}

/** Every stream that rests begins its next step, unless somebody paused it. */
export function wakeStreams(draft: Draft): void {
  const { phase, state } = draft;
  if (phase.name !== 'streaming' || state.hostPause !== undefined) return;
  for (const id of phase.streams.of.keys()) beginNext(draft, id);
  listen(draft);
}

/** A device that was given its part in `round`, while others were at work, has it now; while a round is committed it rests. */
export function joinStreams(draft: Draft, id: string, round: number): void {
  change(draft, id, { round, step: -1, exchange: 1, stage: 'resting' });
  beginNext(draft, id);
}

/** A device's half of its exchange is here; while a round is committed it waits for the next one. */
export function takeUp(draft: Draft, at: StreamPlace & { readonly exchange: Exchange }): void {
  const stream = streamAt(draft, at);
  if (stream?.stage !== 'awaited' || stream.exchange !== at.exchange) return;
  if (draft.phase.name === 'streaming') compute(draft, at.id);
  else change(draft, at.id, { ...stream, stage: 'arrived' });
}

/** The body has answered one device: it judges next, or the generator has moved. */
export function streamDone(draft: Draft, at: StreamPlace & { readonly exchange: Exchange }): void {
  const stream = streamAt(draft, at);
  if (stream?.stage !== 'computing') return;
  if (at.exchange === 1) {
    change(draft, at.id, { ...stream, exchange: 2, stage: 'awaited' });
    listen(draft);
    return;
  }
  change(draft, at.id, { ...stream, stage: 'resting' });
  draft.device(at.id, { missesInARow: 0 });
  const { phase, state } = draft;
  if (phase.name !== 'streaming') return;
  const updates = phase.streams.updates + 1;
  draft.set({ phase: { ...phase, streams: { ...phase.streams, updates } } });
  if (updates >= phase.streams.target || state.stopping) {
    beginCommit(draft);
    return;
  }
  beginNext(draft, at.id);
  listen(draft);
}

/** The device cannot go on with its step: it begins another. */
export function missStream(draft: Draft, at: StreamPlace): void {
  const stream = streamAt(draft, at);
  if (!stream || stream.stage === 'resting') return;
  const { id, round, step } = at;
  change(draft, id, { ...stream, stage: 'resting' });
  missOne(draft, id, { round, step, exchange: stream.exchange });
  if (draft.state.devices.get(id)?.stage.name !== 'in-round') loseStream(draft, id);
  else beginNext(draft, id);
}

/** The device takes no part for now: what it was doing does not count. One that left the round has no stream any more. */
export function loseStream(draft: Draft, id: string): void {
  const streams = streamsOf(draft.phase);
  const stream = streams?.of.get(id);
  if (!streams || !stream) return;
  const device = draft.state.devices.get(id);
  if (device && isInRound(device)) {
    change(draft, id, { ...stream, stage: 'resting' });
    return;
  }
  const of = new Map(streams.of);
  of.delete(id);
  setStreams(draft, { ...streams, of });
  abandonIfTooFew(draft);
}

/** Nobody has answered for long: all who are awaited have missed their step. */
export function endSilence(draft: Draft): void {
  const { phase } = draft;
  if (phase.name !== 'streaming') return;
  for (const [id, { round, step, stage }] of phase.streams.of)
    if (stage === 'awaited') missStream(draft, { id, round, step });
  abandonIfTooFew(draft);
  listen(draft);
}

/** Streams of a round in progress, or of one that is being committed. */
export function streamsOf(phase: Phase): Streams | undefined {
  return phase.name === 'streaming' || phase.name === 'committing' ? phase.streams : undefined;
}

function beginNext(draft: Draft, id: string): void {
  const { phase, state } = draft;
  if (phase.name !== 'streaming') return;
  const stream = phase.streams.of.get(id);
  const device = state.devices.get(id);
  if (stream?.stage !== 'resting' || !device || !isInRound(device)) return;
  if (device.paused || state.hostPause !== undefined) return;
  const { round } = stream;
  const step = stream.step + 1;
  change(draft, id, { round, step, exchange: 1, stage: 'awaited' });
  draft.emit({ type: 'begin-step', round, step, cohort: [id] });
}

function compute(draft: Draft, id: string): void {
  const stream = streamsOf(draft.phase)?.of.get(id);
  if (!stream) return;
  const { round, step, exchange } = stream;
  change(draft, id, { ...stream, stage: 'computing' });
  draft.emit({ type: 'run-exchange', round, step, exchange, ids: [id], features: false });
}

/** As long as something is heard the round goes on. */
function listen(draft: Draft): void {
  const { phase, state } = draft;
  if (phase.name !== 'streaming') return;
  const { round, streams } = phase;
  const steps = [...streams.of.values()].map(({ step, exchange }) => `${step}.${exchange}`).join('/');
  const predictedMs = PREDICTED_STEPS_WAITED * 1_000 * state.predictedStepSeconds;
  draft.deadline(`stream/${round}/${streams.updates}/${steps}`, Math.max(STREAM_SILENCE_MS, predictedMs));
}

function streamAt(draft: Draft, { id, round, step }: StreamPlace): StreamProgress | undefined {
  const stream = streamsOf(draft.phase)?.of.get(id);
  return stream?.round === round && stream.step === step ? stream : undefined;
}

function change(draft: Draft, id: string, stream: StreamProgress): void {
  const streams = streamsOf(draft.phase);
  if (streams) setStreams(draft, { ...streams, of: new Map(streams.of).set(id, stream) });
}

function setStreams(draft: Draft, streams: Streams): void {
  const { phase } = draft;
  if (phase.name === 'streaming' || phase.name === 'committing') draft.set({ phase: { ...phase, streams } });
}
