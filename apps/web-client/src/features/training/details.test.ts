import { cganSpec, wholeCut } from '@tessera/core/architecture';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { text } from '../../ui/messages.ts';
import type { DeviceStatus } from '../../worker/messages.ts';
import { blockPlaces, blockSentence } from './blocks.ts';
import { detailsText } from './details-text.ts';

test('PAGE-40: the own part of the network is told in words', () => {
  expect(blockSentence(blockPlaces(5, 1, 1))).toBe('blocks 1 and 5 here, 2 to 4 on the coordinator');
  expect(blockSentence(blockPlaces(5, 2, 1))).toBe('blocks 1, 2 and 5 here, 3 and 4 on the coordinator');
  expect(blockSentence(blockPlaces(5, 2, 2))).toBe('blocks 1, 2, 4 and 5 here, 3 on the coordinator');
});

test('LIVE-5: a device that trains both networks holds all blocks; one that judges holds the discriminator alone', () => {
  const spec = cganSpec({ classes: 10 });
  const local = wholeCut(spec, 'local');
  expect(blockSentence(blockPlaces(5, local.gHead, local.gTail))).toBe('all 5 blocks here');
  expect(blockSentence(blockPlaces(5, local.dHead, local.dTail))).toBe('all 5 blocks here');
  const judge = wholeCut(spec, 'judged');
  expect(blockPlaces(5, judge.gHead, judge.gTail).here).toEqual([]);
  expect(blockSentence(blockPlaces(5, judge.gHead, judge.gTail))).toBe('all 5 blocks on the coordinator');
  expect(blockSentence(blockPlaces(5, judge.dHead, judge.dTail))).toBe('all 5 blocks here');
  expect(text.devices.blocksShort(local)).toBe('5 · 5');
  expect(text.devices.blocksShort(judge)).toBe('0 · 5');
  expect(text.devices.blocksLong(judge)).toBe('the whole discriminator; the generator is on the coordinator');
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
  const told = detailsText(status);
  expect(told).toContain('Engine: WebGPU on an adapter');
  expect(told).toContain('Traffic: 2 MB sent, 1 MB received');
  expect(told).toContain('Steps: 12 done, 1 missed');
  expect(told.indexOf('first')).toBeLessThan(told.indexOf('second'));
});
