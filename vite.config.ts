// Builds the volunteer's and the host's pages; also tells Vitest where tests live.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const COORDINATOR = 'http://localhost:7777';

export default defineConfig({
  root: 'apps/web-client',
  plugins: [react()],
  resolve: { conditions: ['tessera-source', 'module', 'browser', 'development|production'] },
  // `vite` serves the pages while a coordinator (`tessera serve`) answers for the run.
  server: { proxy: { '/api': COORDINATOR, '/socket.io': { target: COORDINATOR, ws: true } } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // three.js-sized chunks are normal for TensorFlow.js; the budget is asserted in e2e instead.
    chunkSizeWarningLimit: 1600,
  },
  worker: { format: 'es', rolldownOptions: { output: { comments: false } } },
  test: {
    root: import.meta.dirname,
    include: [
      'packages/*/src/**/*.test.ts',
      'apps/*/src/**/*.test.{ts,tsx}',
      'bench/**/*.test.ts',
      'scripts/**/*.test.mjs',
    ],
    testTimeout: 30_000,
    pool: 'forks',
    // One worker a core: by itself Vitest leaves one core idle, which on two cores doubles the time.
    maxWorkers: '100%',
  },
  // Vitest hands these on to Node, where 'import' would make require() of ws and others load the wrong file.
  ssr: { resolve: { conditions: ['tessera-source', 'node'] } },
});
