import type { DeviceMemory } from '@tessera/core/device';
import { expect, test } from 'vitest';
import { OriginStorage } from './device-storage.ts';

const memory: DeviceMemory = { token: 't', committedRound: 3 };

/** The parts of the origin's storage that are used, in memory. */
function fakeRoot() {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const handle = (name: string) => ({
    getFile: () => Promise.resolve(new Blob([files.get(name) ?? new Uint8Array()])),
    createWritable: () =>
      Promise.resolve({
        write: (bytes: Uint8Array<ArrayBuffer>) => Promise.resolve(void files.set(name, bytes)),
        close: () => Promise.resolve(),
        abort: () => Promise.resolve(),
      }),
  });
  const folder = {
    getFileHandle: (name: string, { create }: { create: boolean }) =>
      create || files.has(name) ? Promise.resolve(handle(name)) : Promise.reject(new Error('NotFoundError')),
    removeEntry: (name: string) => Promise.resolve(void files.delete(name)),
  };
  const root = { getDirectoryHandle: () => Promise.resolve(folder) };
  return () => Promise.resolve(root as unknown as FileSystemDirectoryHandle); // only these methods are called
}

const closedRoot = () => Promise.reject<FileSystemDirectoryHandle>(new Error('SecurityError'));

test('WORKER-12: the memory of a run outlives the page, run by run', async () => {
  const root = fakeRoot();
  await new OriginStorage(root).save('digits', memory);
  expect(await new OriginStorage(root).load('digits')).toEqual(memory);
  expect(await new OriginStorage(root).load('other')).toBeUndefined();
});

test('WORKER-12: a forgotten memory is gone', async () => {
  const root = fakeRoot();
  const storage = new OriginStorage(root);
  await storage.save('digits', memory);
  await storage.forget('digits');
  expect(await storage.load('digits')).toBeUndefined();
  expect(await new OriginStorage(root).load('digits')).toBeUndefined();
});

test('WORKER-13: where the browser refuses storage, the memory lasts as long as the page', async () => {
  const storage = new OriginStorage(closedRoot);
  expect(await storage.load('digits')).toBeUndefined();
  await storage.save('digits', memory);
  expect(await storage.load('digits')).toEqual(memory);
});
