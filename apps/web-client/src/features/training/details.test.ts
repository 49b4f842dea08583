import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceStatus } from '../../worker/messages.ts';
import { blockPlaces, blockSentence } from './blocks.ts';
import { detailsText } from './details-text.ts';

test('PAGE-40: the own part of the network is told in words', () => {
  expect(blockSentence(blockPlaces(5, 1, 1))).toBe('blocks 1 and 5 here, 2 to 4 on the coordinator');
  expect(blockSentence(blockPlaces(5, 2, 1))).toBe('blocks 1, 2 and 5 here, 3 and 4 on the coordinator');
  expect(blockSentence(blockPlaces(5, 2, 2))).toBe('blocks 1, 2, 4 and 5 here, 3 on the coordinator');
});

test('PAGE-40: every block is in exactly one place', () => {
  const cut = fc
    .integer({ min: 5, max: 9 })
    .chain((blocks) =>
      fc.tuple(fc.constant(blocks), fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
    );
  fc.assert(
    fc.property(cut, ([blocks, head, tail]) => {
      const { here, first, last } = blockPlaces(blocks, head, tail);
      const there = Array.from({ length: last - first + 1 }, (_, i) => first + i);
      expect([...here, ...there].sort((a, b) => a - b)).toEqual(
        Array.from({ length: blocks }, (_, i) => i + 1),
      );
    }),
  );
});

test('PAGE-41: the details can be copied as text, with the events in their order', () => {
  const status: DeviceStatus = {
    current: { state: 'connecting' },
    engine: { backend: 'webgpu', adapter: 'an adapter', reason: 'It passed.' },
    losses: [],
    bytesSent: 2_000_000,
    bytesReceived: 1_000_000,
    stepsDone: 12,
    stepsMissed: 1,
    events: [
      { atMs: 0, text: 'first' },
      { atMs: 1_000, text: 'second' },
    ],
  };
  const text = detailsText(status);
  expect(text).toContain('Engine: WebGPU on an adapter');
  expect(text).toContain('Traffic: 2 MB sent, 1 MB received');
  expect(text).toContain('Steps: 12 done, 1 missed');
  expect(text.indexOf('first')).toBeLessThan(text.indexOf('second'));
});
