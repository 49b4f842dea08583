import { expect, test } from 'vitest';
import { text } from '../../ui/messages.ts';
import { deviceName } from './device-name.ts';
import { forcedBackend } from './forced-backend.ts';
import { missingForStart } from './start-conditions.ts';

test('PAGE-15: Start says the first thing that is missing, and nothing when all is there', () => {
  const has = {
    data: 'images' as const,
    images: 'connected',
    engine: 'ready',
    codeMissing: false,
    agreementMissing: false,
  };
  expect(missingForStart(has)).toBeUndefined();
  expect(missingForStart({ ...has, images: 'none', engine: 'starting' })).toBe('Connect images first.');
  expect(missingForStart({ ...has, data: 'points', images: 'none' })).toBe('Connect points first.');
  expect(missingForStart({ ...has, engine: 'starting' })).toBe(text.start.needEngine);
  expect(missingForStart({ ...has, engine: 'failed' })).toBe(text.engine.failed);
  expect(missingForStart({ ...has, codeMissing: true })).toBe(text.start.needCode);
});

test('LIVE-2: Start waits until the volunteer has agreed that generated images are shared', () => {
  const has = {
    data: 'images' as const,
    images: 'connected',
    engine: 'ready',
    codeMissing: false,
    agreementMissing: true,
  };
  expect(missingForStart(has)).toBe(text.start.needAgreement);
  expect(missingForStart({ ...has, agreementMissing: false })).toBeUndefined();
});

test.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
    'Chrome on Android',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
    'Safari on iPhone',
  ],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Mac'],
  ['something else', 'Browser'],
])('PAGE-15: a device is first named by its browser: %s', (agent, name) => {
  expect(deviceName(agent)).toBe(name);
});

test('PAGE-16: only known engines can be asked for', () => {
  expect(['?engine=wasm', '?engine=cpu', ''].map(forcedBackend)).toEqual(['wasm', undefined, undefined]);
});
