// TensorFlow.js on WebAssembly: slower than the others, but there everywhere.
import { EngineRefusal } from './engine.ts';

/** Starts the wasm backend on one thread; resolves to a description of what it computes on. */
export async function startWasm(): Promise<string> {
  const tf = await import('@tensorflow/tfjs-core');
  const { setThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
  setThreadsCount(1);
  if (!(await tf.setBackend('wasm'))) throw new EngineRefusal('TensorFlow.js did not accept it');
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return `WebAssembly ${simd ? 'with' : 'without'} SIMD on one processor thread`;
}
