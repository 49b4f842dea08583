import { VirtualClock } from '@tessera/core/clock';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ANNOUNCEMENT_GAP_MS, Announcements } from './announcements.ts';

function listening() {
  const clock = new VirtualClock();
  const heard: { at: number; text: string }[] = [];
  const announcements = new Announcements(clock, (text) => heard.push({ at: clock.now(), text }));
  return { clock, heard, announcements };
}

test('PAGE-1: the first status is announced at once, a repeated one never again', () => {
  const { clock, heard, announcements } = listening();
  announcements.offer('Training round 1.');
  clock.advance(60_000);
  announcements.offer('Training round 1.');
  clock.advance(60_000);
  expect(heard).toEqual([{ at: 0, text: 'Training round 1.' }]);
});

test('PAGE-1: of several statuses within the gap only the newest is announced, when the gap is over', () => {
  const { clock, heard, announcements } = listening();
  announcements.offer('a');
  clock.advance(1_000);
  announcements.offer('b');
  announcements.offer('c');
  clock.advance(ANNOUNCEMENT_GAP_MS);
  expect(heard).toEqual([
    { at: 0, text: 'a' },
    { at: ANNOUNCEMENT_GAP_MS, text: 'c' },
  ]);
});

test('PAGE-1: a status that returned to what was said last is not announced', () => {
  const { clock, heard, announcements } = listening();
  for (const text of ['a', 'b', 'a']) announcements.offer(text);
  clock.advance(ANNOUNCEMENT_GAP_MS);
  expect(heard.map(({ text }) => text)).toEqual(['a']);
});

test('PAGE-1: whatever happens, two announcements are at least ten seconds apart', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(15_000), fc.constantFrom('a', 'b', 'c'))), (story) => {
      const { clock, heard, announcements } = listening();
      for (const [pause, text] of story) {
        clock.advance(pause);
        announcements.offer(text);
      }
      clock.advance(ANNOUNCEMENT_GAP_MS);
      const gaps = heard.slice(1).map(({ at }, i) => at - (heard[i]?.at ?? 0));
      expect(Math.min(Infinity, ...gaps)).toBeGreaterThanOrEqual(ANNOUNCEMENT_GAP_MS);
      if (story.length > 0) expect(heard.at(-1)?.text).toBe(story.at(-1)?.[1]);
    }),
  );
});

test('PAGE-1: nothing is said after the page has gone', () => {
  const { clock, heard, announcements } = listening();
  announcements.offer('a');
  announcements.offer('b');
  announcements.stop();
  clock.advance(60_000);
  expect(heard.map(({ text }) => text)).toEqual(['a']);
});
