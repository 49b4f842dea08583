// The three backends that a browser may have, in the order in which they are tried; each is loaded only then.
import type { BackendName, EngineCandidate } from './ladder.ts';

/** All candidates, or only the one that a tester forces; `onFault` hears of a GPU that fails after its start. */
export function engineCandidates(
  onFault: (fault: string) => void,
  forced?: BackendName,
): readonly EngineCandidate[] {
  const all: readonly EngineCandidate[] = [
    webgpuCandidate(onFault),
    {
      backend: 'webgl',
      start: async () => (await import('./webgl.ts')).startWebgl({ software: forced === 'webgl' }),
    },
    { backend: 'wasm', start: async () => (await import('./wasm.ts')).startWasm() },
  ];
  return forced ? all.filter(({ backend }) => backend === forced) : all;
}

/** Remembers the first fault of each start, so that the ladder can refuse an engine that failed beside its results. */
function webgpuCandidate(onFault: (fault: string) => void): EngineCandidate {
  let fault: string | undefined;
  return {
    backend: 'webgpu',
    fault: () => fault,
    start: async () => {
      fault = undefined;
      const { startWebgpu } = await import('./webgpu.ts');
      return startWebgpu((found) => {
        if (fault !== undefined) return;
        fault = found;
        onFault(found);
      });
    },
  };
}
