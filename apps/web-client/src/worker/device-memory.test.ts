import type { DeviceMemory } from '@tessera/core/device';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeDeviceMemory, encodeDeviceMemory } from './device-memory.ts';

const memory: DeviceMemory = {
  token: 'secret',
  committedRound: 7,
  moments: {
    steps: new Map([['generator/block1', 350]]),
    moments: new Map([
      ['generator/block1.dense.weight/m', { shape: [2, 2], data: Float32Array.of(1, -2, 0.5, 3) }],
    ]),
  },
  layers: new Map([['generator/block1.dense.bias', { shape: [2], data: Float32Array.of(0.25, -1) }]]),
};

test('WORKER-10: what a device keeps of a run comes back as it was', () => {
  expect(decodeDeviceMemory(encodeDeviceMemory(memory))).toEqual(memory);
  const bare: DeviceMemory = { token: 't', committedRound: -1 };
  expect(decodeDeviceMemory(encodeDeviceMemory(bare))).toEqual(bare);
});

test('WORKER-11: a damaged file is as good as none: the device joins anew', () => {
  const bytes = encodeDeviceMemory(memory);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
      expect(decodeDeviceMemory(bytes.subarray(0, length))).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      expect(decodeDeviceMemory(noise)).toBeUndefined();
    }),
  );
});
