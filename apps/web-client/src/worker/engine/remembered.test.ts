import { expect, test } from 'vitest';
import { RememberedEngine } from './remembered.ts';

/** The one file that is kept, in memory. */
function fakeRoot(content?: string) {
  let kept = content;
  const handle = {
    getFile: () => Promise.resolve(new Blob([kept ?? ''])),
    createWritable: () =>
      Promise.resolve({
        write: (bytes: Uint8Array) => {
          kept = new TextDecoder().decode(bytes);
          return Promise.resolve();
        },
        close: () => Promise.resolve(),
        abort: () => Promise.resolve(),
      }),
  };
  const root = {
    getFileHandle: (_name: string, options?: { create: boolean }) =>
      options?.create || kept !== undefined
        ? Promise.resolve(handle)
        : Promise.reject(new Error('NotFoundError')),
  };
  return () => Promise.resolve(root as unknown as FileSystemDirectoryHandle); // only these methods are called
}

test('WORKER-9: an engine is remembered for the same browser and networks only', async () => {
  const root = fakeRoot();
  expect(await new RememberedEngine(root).load('this browser, width 1/4')).toBeUndefined();
  await new RememberedEngine(root).save('this browser, width 1/4', 'wasm');
  expect(await new RememberedEngine(root).load('this browser, width 1/4')).toBe('wasm');
  expect(await new RememberedEngine(root).load('this browser, width 1')).toBeUndefined();
});

test.each(['', 'no JSON', '{"backend":"cuda","circumstances":"here"}', '{"backend":"wasm"}'])(
  'WORKER-9: a damaged note (%s) is as good as none',
  async (content) => {
    expect(await new RememberedEngine(fakeRoot(content)).load('here')).toBeUndefined();
  },
);

test('WORKER-9: where the browser refuses storage, nothing is remembered and nothing fails', async () => {
  const closed = new RememberedEngine(() => Promise.reject(new Error('SecurityError')));
  await closed.save('here', 'wasm');
  expect(await closed.load('here')).toBeUndefined();
});
