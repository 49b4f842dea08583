import { expect, test } from 'vitest';
import type { WorkerMessage } from '../../worker/messages.ts';
import {
  afterWorkerMessage,
  initialVolunteerState,
  SAMPLE_ROUNDS_KEPT,
  withSamples,
} from './volunteer-state.ts';

const connected: WorkerMessage = {
  type: 'images-connected',
  total: 40,
  counts: [40],
  folders: [],
  skipped: [],
  previews: [],
  source: 'files',
  keptCopy: true,
};

test('PAGE-12: images that were connected with a private copy can be used again after a reload', () => {
  const state = afterWorkerMessage(initialVolunteerState, connected);
  expect(state.images.state).toBe('connected');
  expect(state.keptImages).toBe(40);
});

test('PAGE-12: deleting the copy keeps the images of this page, unless they came from the copy', () => {
  const fromFiles = afterWorkerMessage(initialVolunteerState, connected);
  const fromCopy = afterWorkerMessage(initialVolunteerState, { ...connected, source: 'kept' });
  const forgotten = (state: typeof fromFiles) => afterWorkerMessage(state, { type: 'images-forgotten' });
  expect(forgotten(fromFiles).images).toMatchObject({ state: 'connected', keptCopy: false });
  expect(forgotten(fromCopy).images).toEqual({ state: 'none' });
  expect([forgotten(fromFiles).keptImages, forgotten(fromCopy).keptImages]).toEqual([0, 0]);
});

test('PAGE-12: refused images say why and keep what else is known', () => {
  const before = afterWorkerMessage(initialVolunteerState, {
    type: 'preparing',
    what: { backend: 'wasm', step: 'test' },
    progress: 0.5,
  });
  const after = afterWorkerMessage(before, {
    type: 'images-refused',
    code: 'too-few-images',
    message: 'Too few.',
    folders: [],
  });
  expect(after).toEqual({ ...before, images: { state: 'refused', message: 'Too few.', folders: [] } });
});

test('PAGE-12: when newer images are refused, those from before are still there to go on with', () => {
  const before = afterWorkerMessage(initialVolunteerState, connected);
  const refused = { type: 'images-refused', code: 'no-images', message: 'None.', folders: [] } as const;
  expect(afterWorkerMessage(before, refused).lastConnected).toEqual(connected);
});

test('PAGE-13: a browser without any engine is told apart from a broken Worker', () => {
  const failed = (code: string) =>
    afterWorkerMessage(initialVolunteerState, { type: 'failed', code, message: 'why' });
  expect(failed('no-engine')).toMatchObject({ engine: { state: 'failed' }, failure: undefined });
  expect(failed('worker-error').failure).toEqual({ code: 'worker-error', message: 'why' });
});

test('PAGE-14: samples stand in the order of their rounds, each round once, its newest pixels', () => {
  const pixels = (value: number) => Uint8Array.of(value);
  const samples = [3, 1, 2, 1].reduce<ReturnType<typeof withSamples>>(
    (kept, round, i) => withSamples(kept, { round, pixels: pixels(i) }),
    [],
  );
  expect(samples.map(({ round, pixels: [value] }) => [round, value])).toEqual([
    [1, 3],
    [2, 2],
    [3, 0],
  ]);
});

test('PAGE-14: a long run keeps a bounded number of samples, the first among them', () => {
  const rounds = Array.from({ length: SAMPLE_ROUNDS_KEPT + 30 }, (_, round) => round);
  const kept = rounds.reduce<ReturnType<typeof withSamples>>(
    (samples, round) => withSamples(samples, { round, pixels: new Uint8Array() }),
    [],
  );
  expect(kept).toHaveLength(SAMPLE_ROUNDS_KEPT);
  expect([kept[0]?.round, kept.at(-1)?.round]).toEqual([0, SAMPLE_ROUNDS_KEPT + 29]);
});
