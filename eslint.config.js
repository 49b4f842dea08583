// Lint rules, and the import boundaries of docs/architecture.md.
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const core = 'packages/core/src';
const tensorflow = {
  group: ['@tensorflow/*'],
  message: 'TensorFlow.js lives only in nn/, gan/, metrics/ and cloud/.',
};

/** Folders of core from the lowest to the highest: a folder imports only from those before it. */
const layers = [
  ['tensors'],
  ['architecture'],
  ['data'],
  ['report'],
  ['cut', 'cluster', 'federate'],
  ['strategy'],
  ['nn'],
  ['gan'],
  ['metrics'],
  ['protocol'],
  ['session'],
  ['body', 'device', 'cloud'],
  ['tiers'],
  ['simulation'],
  ['testing'],
];

function layerRules() {
  return layers.flatMap((folders, level) =>
    folders.map((folder) => {
      const above = layers.slice(level + 1).flat();
      const beside = folders.filter((other) => other !== folder);
      const withTensorFlow = ['nn', 'gan', 'metrics', 'cloud', 'testing'].includes(folder);
      // What the coordinator's loop and the pages' main thread use must not pull in TensorFlow.js.
      const pure = ['session', 'protocol'].includes(folder) ? ['nn', 'gan', 'metrics'] : [];
      return {
        files: [`${core}/${folder}/**/*.ts`],
        ignores: ['**/*.test.ts'],
        rules: {
          'no-restricted-imports': [
            'error',
            {
              patterns: [
                ...[...above, ...beside, ...pure].map((other) => ({
                  group: [`**/${other}/**`],
                  message: `${folder}/ does not import ${other}/: imports point downwards (docs/architecture.md).`,
                })),
                ...(withTensorFlow ? [] : [tensorflow]),
                {
                  group: ['node:*', 'react', 'react-dom', 'socket.io*'],
                  message: 'core is free of platform code.',
                },
              ],
            },
          ],
        },
      };
    }),
  );
}

export default tseslint.config(
  { ignores: ['**/dist/**', '**/dist-types/**', '**/node_modules/**', 'test-results/**', '.tessera/**'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
    },
  },
  ...layerRules(),
  {
    files: [`${core}/**/*.ts`],
    ignores: ['**/*.test.ts', `${core}/clock.ts`],
    rules: {
      'no-restricted-globals': [
        'error',
        ...[
          'window',
          'document',
          'navigator',
          'fetch',
          'localStorage',
          'process',
          'Buffer',
          'setTimeout',
          'setInterval',
        ].map((name) => ({ name, message: 'core is free of platform code; take it as an argument.' })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Take a Random as an argument.' },
        { object: 'Date', property: 'now', message: 'Take a Clock as an argument.' },
      ],
    },
  },
  {
    files: ['apps/web-client/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@tessera/coordinator*', '**/coordinator/**'],
              message: 'Apps never import each other.',
            },
          ],
        },
      ],
      ...reactHooks.configs.recommended.rules,
    },
    plugins: { 'react-hooks': reactHooks },
  },
  {
    files: ['apps/web-client/src/{app,features,ui}/**/*.{ts,tsx}', 'apps/web-client/src/main.tsx'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/worker/*', '!**/worker/client.ts', '!**/worker/messages.ts'],
              message: 'React reaches the Worker only through worker/client.ts and worker/messages.ts.',
            },
            { ...tensorflow, message: 'The page itself never loads TensorFlow.js; the Worker does.' },
            {
              group: ['@tessera/core/nn', '@tessera/core/gan', '@tessera/core/device'],
              message: 'Training code runs in the Worker.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['apps/coordinator/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['@tessera/web-client*', '**/web-client/**'], message: 'Apps never import each other.' },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.config.{ts,js}', 'playwright.config.ts'],
    rules: { 'no-restricted-exports': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
  prettier,
);
