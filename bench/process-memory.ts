// What this process holds, apart from any engine's tensors.

const BYTES_PER_MB = 1e6;

/** This thread's heap after a collection, where Node offers one, and the memory of the whole process. */
export function ofProcess(): { heap_MB: number; rss_MB: number } {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap_MB: heapUsed / BYTES_PER_MB, rss_MB: rss / BYTES_PER_MB };
}
