import { expect, it } from 'vitest';
import { createLog } from './log.ts';

function logged(json: boolean): string[] {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line), { json });
  log('info', 'round', { round: 3, seconds: 0.123456 });
  log('warn', 'federation', { note: 'two groups "merged"' });
  return lines;
}

it('COORD-20: the log is short lines for people', () => {
  expect(logged(false).map((line) => line.replace(/^\d\d:\d\d:\d\d /, ''))).toEqual([
    'info round round=3 seconds=0.123',
    'WARN federation note="two groups \\"merged\\""',
  ]);
});

it('COORD-21: with --log-json it is one object a line', () => {
  const [first = '', second = ''] = logged(true);
  expect(JSON.parse(first)).toMatchObject({ level: 30, msg: 'round', round: 3, seconds: 0.123456 });
  expect(JSON.parse(second)).toMatchObject({ level: 40, msg: 'federation' });
});
