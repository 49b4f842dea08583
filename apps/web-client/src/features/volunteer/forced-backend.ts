// Lets a tester ask for one engine by `?engine=wasm`; volunteers never need it.

const BACKENDS = ['webgpu', 'webgl', 'wasm'] as const;

/** The engine named in the query, or undefined: the ladder chooses. */
export function forcedBackend(query: string): (typeof BACKENDS)[number] | undefined {
  const asked = new URLSearchParams(query).get('engine');
  return BACKENDS.find((backend) => backend === asked);
}
