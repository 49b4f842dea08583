// Keeps two coordinators out of one data directory.
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TesseraError } from '@tessera/core/protocol';
import { z } from 'zod';

/** Locks of this very process, which its number in a file could not tell from those of a dead one. */
const held = new Set<string>();

const holderSchema = z.strictObject({ pid: z.int().min(1), startedAt: z.string().max(64) });

/** Takes the directory's lock; resolves to the function that gives it back. Locks of dead processes are taken over. */
export async function lockDirectory(dataDir: string): Promise<() => Promise<void>> {
  const path = join(dataDir, 'lock');
  if (held.has(path)) throw inUse(dataDir, process.pid);
  const holder = JSON.stringify({ pid: process.pid, startedAt: await startOf(process.pid) });
  if (!(await create(path, holder))) {
    const pid = await livingHolder(path);
    if (pid !== undefined) throw inUse(dataDir, pid);
    await rm(path, { force: true });
    if (!(await create(path, holder))) throw inUse(dataDir);
  }
  held.add(path);
  return () => {
    held.delete(path);
    return rm(path, { force: true });
  };
}

async function create(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(content);
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that holds the lock, if it still runs. */
async function livingHolder(path: string): Promise<number | undefined> {
  const content = await readFile(path, 'utf8').catch(() => '');
  const holder = holderSchema.safeParse(parsed(content)).data;
  // A process of this one's number that is not this one has ended.
  if (!holder || holder.pid === process.pid) return undefined;
  return (await startOf(holder.pid)) === holder.startedAt ? holder.pid : undefined;
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

/** Tells a process from a later one of the same number: its start in clock ticks on Linux, elsewhere only its life. */
async function startOf(pid: number): Promise<string> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return 'ended';
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in brackets may hold spaces; the start is the 20th field after it.
  return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? 'running';
}

function inUse(dataDir: string, pid?: number): TesseraError {
  const who = pid === undefined ? 'Another coordinator' : `Another coordinator (process ${pid})`;
  return new TesseraError('data-directory-in-use', `${who} uses the data directory ${dataDir}.`);
}
