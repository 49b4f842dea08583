// WebAssembly on one thread: slower than a GPU, and there in every browser.
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { env } from '@tensorflow/tfjs-core';
import { activate } from './activate.ts';

/** Starts the wasm backend from our own files. */
export async function startWasm(): Promise<{ readonly adapter: string }> {
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plainUrl,
    'tfjs-backend-wasm-simd.wasm': simdUrl,
    'tfjs-backend-wasm-threaded-simd.wasm': threadedUrl,
  });
  // On cross-origin isolated pages TensorFlow.js would choose its threaded build, which never starts in a bundle.
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await activate('wasm');
  return { adapter: (await env().getAsync('WASM_HAS_SIMD_SUPPORT')) ? 'processor with SIMD' : 'processor' };
}
