import { expect, test, vi } from 'vitest';
import { text } from '../../ui/messages.ts';
import { ApiError } from '../api/coordinator-api.ts';
import { problemWithCommand, problemWithKey, takeKey } from './host-store.ts';

test('PAGE-80: the key leaves the address bar and the history before anything else happens', () => {
  const replaceState = vi.fn();
  const place = { hash: '#key=abc-DEF', pathname: '/run', search: '?x=1' };
  expect(takeKey(place, { replaceState })).toBe('abc-DEF');
  expect(replaceState).toHaveBeenCalledExactlyOnceWith(null, '', '/run?x=1');
});

test('PAGE-80: an address without a key is left as it is', () => {
  const replaceState = vi.fn();
  expect(takeKey({ hash: '#devices', pathname: '/run', search: '' }, { replaceState })).toBeUndefined();
  expect(replaceState).not.toHaveBeenCalled();
});

test('PAGE-81: a wrong key, too many keys and silence are told apart', () => {
  expect(problemWithKey(new ApiError(403, ''))).toBe(text.host.wrongKey);
  expect(problemWithKey(new ApiError(429, ''))).toBe(text.host.tooMany);
  expect(problemWithKey(new ApiError(0, ''))).toBe(text.host.unreachable);
  expect(problemWithCommand(new ApiError(403, ''))).toBe(text.host.refused);
});
