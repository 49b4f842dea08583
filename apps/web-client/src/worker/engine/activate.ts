// Makes a TensorFlow.js backend the active one, or says that it did not start.
import { getBackend, ready, setBackend } from '@tensorflow/tfjs-core';
import type { BackendName } from './ladder.ts';

/** `setBackend` resolves false instead of rejecting, and others may be picked quietly: both are checked here. */
export async function activate(backend: BackendName): Promise<void> {
  if (!(await setBackend(backend))) throw new Error('it did not start');
  await ready();
  if (getBackend() !== backend) throw new Error(`${getBackend()} started in its place`);
}
