// Firefox notices a finished read-back only at its next tick, some 98 ms later; empty submissions make it look sooner.
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { mul, ones, scalar } from '@tensorflow/tfjs-core';

/** Tiny tensors are computed on the processor and prove nothing. */
const PROBE_ELEMENTS = 20_000;
const PROBES = 3;
/** Reads must become this much shorter for the work-around to stay. */
const WORTHWHILE = 0.6;

/** Measures reads with and without empty submissions, and keeps them only where they clearly help. */
export async function keepFasterReads(backend: WebGPUBackend): Promise<void> {
  const plainRead = backend.read.bind(backend);
  await probe(); // the first read compiles a shader
  const plain = await probe();
  backend.read = (id) => withSubmissions(backend.device, plainRead(id));
  const nudged = await probe();
  if (nudged > WORTHWHILE * plain) backend.read = plainRead;
}

/** The shortest of a few reads, in milliseconds. */
async function probe(): Promise<number> {
  let shortest = Infinity;
  for (let i = 0; i < PROBES; i++) {
    const numbers = ones([PROBE_ELEMENTS]);
    const factor = scalar(i);
    const product = mul(numbers, factor);
    const start = performance.now();
    await product.data();
    shortest = Math.min(shortest, performance.now() - start);
    for (const tensor of [numbers, factor, product]) tensor.dispose();
  }
  return shortest;
}

async function withSubmissions<T>(device: GPUDevice, read: Promise<T>): Promise<T> {
  const timer = setInterval(() => device.queue.submit([]), 1);
  try {
    return await read;
  } finally {
    clearInterval(timer);
  }
}
