// Adds up the summaries of several test runs, and ends with the line that says how many tests passed and failed.
import { readFileSync } from 'node:fs';
import { closingLine, oneFailure, sum } from './lib/reports.mjs';

function readSummary(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return oneFailure; // A run that wrote no summary did not come to its end.
  }
}

process.stdout.write(`${closingLine(sum(process.argv.slice(2).map(readSummary)))}\n`);
