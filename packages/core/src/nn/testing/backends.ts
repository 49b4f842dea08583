// Runs tests of `nn/` on the backends that every machine has: wasm, and the plain cpu one as a second opinion.
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe } from 'vitest';

/** Describes the tests once for each backend, which is active while they run. */
export function describeBackends(tests: (backend: string) => void): void {
  describe.each(['wasm', 'cpu'])('on %s', (backend) => {
    beforeAll(() => useBackend(backend));
    tests(backend);
  });
}

/** Makes a backend the active one; throws an Error when it does not start. */
export async function useBackend(backend: string): Promise<void> {
  const wasm = new URL('tfjs-backend-wasm.wasm', import.meta.resolve('@tensorflow/tfjs-backend-wasm'));
  setWasmPaths(`${wasm.pathname.slice(0, wasm.pathname.lastIndexOf('/'))}/`);
  if (!(await setBackend(backend))) throw new Error(`the backend ${backend} did not start`);
}
