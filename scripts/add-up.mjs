// Adds up the summaries of several test runs: which tests failed, and last the line with how many passed and failed.
import { readFileSync } from 'node:fs';
import { closingLine, failedLines, oneFailure, sum } from './lib/reports.mjs';

function readSummary(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return oneFailure(`a run of the tests wrote no summary to ${file}`); // It did not come to its end.
  }
}

const total = sum(process.argv.slice(2).map(readSummary));
process.stdout.write(`${[...failedLines(total), closingLine(total)].join('\n')}\n`);
