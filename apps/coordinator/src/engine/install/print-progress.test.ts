import { expect, it } from 'vitest';
import { progressPrinter } from './print-progress.ts';

it('TOOL-12: progress is told at each new stage and every two seconds within one', () => {
  const lines: string[] = [];
  let now = 0;
  const report = progressPrinter(
    (line) => lines.push(line),
    () => now,
  );
  for (; now < 5_000; now += 500)
    report({ stage: 'download', text: 'downloading', done: now * 1e4, total: 100e6 });
  report({ stage: 'compile', text: 'compiling' });
  expect(lines).toEqual([
    'downloading … 0 % of 100 MB',
    'downloading … 20 % of 100 MB',
    'downloading … 40 % of 100 MB',
    'compiling …',
  ]);
});
