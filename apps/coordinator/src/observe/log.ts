// Structured logs on standard error: short lines for people, JSON lines for programs. Never a tensor, label, token,
// key or file name: events carry only what `LogEvent` allows.
import type { LogEvent } from '@tessera/core/session';
import { pino } from 'pino';
import { z } from 'zod';

const lineSchema = z.looseObject({ level: z.number(), time: z.number(), msg: z.string() });
const LEVELS: Readonly<Record<number, string>> = { 30: 'info', 40: 'WARN', 50: 'ERROR' };

/** A log whose lines go to `write`, one a call, without the line's end. */
export function createLog(write: (line: string) => void, { json }: { readonly json: boolean }): LogEvent {
  const logger = pino(
    { base: null },
    {
      write: (line: string) => {
        write(json ? line.trimEnd() : shortLine(line));
      },
    },
  );
  return (level, event, fields = {}) => {
    logger[level](fields, event);
  };
}

function shortLine(line: string): string {
  const { level, time, msg, ...fields } = lineSchema.parse(JSON.parse(line));
  const clock = new Date(time).toTimeString().slice(0, 8);
  const words = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`);
  return [clock, LEVELS[level] ?? String(level), msg, ...words].join(' ');
}

function shown(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value * 1_000) / 1_000);
  const text = String(value);
  return /[\s"]/.test(text) ? JSON.stringify(text) : text;
}
