import { expect, test } from 'vitest';
import { EarlyMessages } from './early-messages.ts';

test('PAGE-17: before the run is known the newest of each kind of message is kept, in the order of their last ones', () => {
  const early = new EarlyMessages();
  for (let i = 0; i < 1_000; i++) early.add({ type: 'power', power: 'gentle' });
  early.add({ type: 'connect-drawn', domain: 'pen', count: 600 });
  early.add({ type: 'connect-drawn', domain: 'marker', count: 600 });
  early.add({ type: 'power', power: 'full' });
  expect(early.take()).toEqual([
    { type: 'connect-drawn', domain: 'marker', count: 600 },
    { type: 'power', power: 'full' },
  ]);
  expect(early.take()).toEqual([]);
});
