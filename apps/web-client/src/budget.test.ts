import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

const KILOBYTE = 1000;
/** First load of the volunteer's page before the Worker, compressed. */
const FIRST_LOAD_LIMIT = 150 * KILOBYTE;
/** Any one script of the Worker, as it is. */
const WORKER_SCRIPT_LIMIT = 600 * KILOBYTE;

type Output = Rolldown.RolldownOutput['output'][number];

async function gzipped(code: string): Promise<number> {
  const stream = new Blob([code]).stream().pipeThrough(new CompressionStream('gzip'));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

/** The entry and everything that it imports at once. */
function firstLoad(chunks: readonly Rolldown.OutputChunk[]): readonly Rolldown.OutputChunk[] {
  const loaded = new Set<string>();
  const load = (name: string) => {
    if (loaded.has(name)) return;
    loaded.add(name);
    for (const further of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) load(further);
  };
  for (const chunk of chunks) if (chunk.isEntry) load(chunk.fileName);
  return chunks.filter(({ fileName }) => loaded.has(fileName));
}

describe('the built page', () => {
  let output: readonly Output[] = [];

  beforeAll(async () => {
    // Vitest's own value would put React's development build into the page.
    vi.stubEnv('NODE_ENV', 'production');
    const configFile = new URL('../../../vite.config.ts', import.meta.url).pathname;
    const built = (await build({
      configFile,
      logLevel: 'silent',
      build: { write: false },
    })) as Rolldown.RolldownOutput;
    output = built.output;
  }, 120_000);

  afterAll(() => vi.unstubAllEnvs());

  const chunks = () => output.filter((part) => part.type === 'chunk');
  const workerScripts = () => output.filter((part) => part.type === 'asset' && part.fileName.endsWith('.js'));

  test('PAGE-90: the first load is below 150 kB of compressed script', async () => {
    const sizes = await Promise.all(firstLoad(chunks()).map(({ code }) => gzipped(code)));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThan(FIRST_LOAD_LIMIT);
  });

  test('PAGE-91: no script of the page itself holds TensorFlow.js or the training code', () => {
    const training = chunks().flatMap(({ moduleIds }) =>
      moduleIds.filter((id) => /@tensorflow|core\/src\/(nn|gan|device)\//.test(id)),
    );
    expect(training).toEqual([]);
  });

  test('PAGE-92: each script of the Worker is below 600 kB, and each engine is a script of its own', () => {
    const scripts = workerScripts();
    for (const engine of ['webgpu', 'webgl', 'wasm']) {
      expect(scripts.filter(({ fileName }) => fileName.includes(`/${engine}-`))).toHaveLength(1);
    }
    const sizes = scripts.map((part) => (part.type === 'asset' ? part.source.length : 0));
    expect(Math.max(...sizes)).toBeLessThan(WORKER_SCRIPT_LIMIT);
  });

  test('PAGE-93: the page needs no inline script or style, which its policy forbids', () => {
    const page = output.find(({ fileName }) => fileName === 'index.html');
    const html = page?.type === 'asset' ? String(page.source) : '';
    expect(html).toContain('<div id="root">');
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)|\bon\w+=/);
  });
});
