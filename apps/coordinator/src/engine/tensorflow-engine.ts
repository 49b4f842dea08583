// tfjs-node: TensorFlow's native library inside Node.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import util from 'node:util';
import { EngineRefusal } from './engine.ts';
import { BINDING } from './install/installed.ts';
import { tfjsNodeFolder } from './install/install-tfjs-node.ts';
import { withNodeUtilities } from './node-utilities.ts';

/** Loads tfjs-node and makes it the backend; resolves to a description of what it computes on. */
export async function startTensorFlow(): Promise<string> {
  const folder = tfjsNodeFolder();
  if (folder === undefined) throw new EngineRefusal('the npm package @tensorflow/tfjs-node is not installed');
  if (!existsSync(join(folder, BINDING)))
    throw new EngineRefusal('its native library is not installed (npm run tessera -- engine install)');
  withNodeUtilities(util);
  // Read once, when the library loads; a worker cannot set it, because its environment is a copy.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const tf = await import('@tensorflow/tfjs-node');
  if (!(await tf.setBackend('tensorflow'))) throw new EngineRefusal('TensorFlow.js did not accept it');
  const threads = Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
  return `TensorFlow ${libraryVersion(tf.backend())} on ${threads} processor ${threads === 1 ? 'thread' : 'threads'}`;
}

function libraryVersion(backend: object): string {
  const { binding } = backend as { binding?: { TF_Version?: string } }; // not in tfjs-node's types
  return binding?.TF_Version ?? '(version unknown)';
}
