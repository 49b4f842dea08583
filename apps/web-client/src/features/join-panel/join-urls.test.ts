import { expect, test } from 'vitest';
import { isLocal, orderJoinUrls } from './join-urls.ts';

test('PAGE-82: the address that other devices can open over https is shown first', () => {
  const urls = ['http://localhost:7777/', 'http://192.168.1.9:7777/', 'https://192.168.1.9:7778/'];
  expect(orderJoinUrls(urls, 'http://localhost:7777/run')).toEqual([
    'https://192.168.1.9:7778/',
    'http://192.168.1.9:7777/',
    'http://localhost:7777/',
  ]);
});

test('PAGE-82: without any address the page offers its own, without secrets', () => {
  expect(orderJoinUrls([], 'http://localhost:7777/run?x#key=secret')).toEqual(['http://localhost:7777/']);
});

test.each(['http://localhost:1/', 'http://127.0.0.1/', 'https://[::1]:2/'])(
  'PAGE-82: %s is for this machine only',
  (url) => {
    expect(isLocal(url)).toBe(true);
  },
);
