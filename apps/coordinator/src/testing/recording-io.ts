// An Io for tests that keeps what a command prints.
import type { Io } from '../cli/index.ts';

/** An Io, the lines it was given, and the switch that Ctrl-C would press. */
export function recordingIo(cwd = process.cwd()) {
  const out: string[] = [];
  const err: string[] = [];
  const interruption = new AbortController();
  const io: Io = {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    cwd,
    environment: {},
    interrupted: interruption.signal,
  };
  return {
    io,
    out,
    err,
    interrupt: () => {
      interruption.abort();
    },
  };
}
