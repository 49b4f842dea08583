// Writes THIRD-PARTY-LICENCES.md from the lock file: what reaches a user's machine, and under which licence.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main, root, ScriptFailure } from './lib/run.mjs';

const document = join(root, 'THIRD-PARTY-LICENCES.md');

/** Production packages of the lock file by name and version, each once, workspaces of our own left out. */
function productionPackages() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const found = new Map();
  for (const [path, entry] of Object.entries(packages)) {
    const at = path.lastIndexOf('node_modules/');
    if (at < 0 || entry.link || entry.dev || entry.devOptional) continue;
    const name = entry.name ?? path.slice(at + 'node_modules/'.length);
    found.set(`${name} ${entry.version}`, { name, path, ...entry });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The licence that a package states: the lock file's word, else the package's own. */
function licenceOf({ path, license }) {
  if (license) return license;
  const manifest = join(root, path, 'package.json');
  const own = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : {};
  return (
    own.license?.type ?? own.license ?? own.licenses?.map(({ type }) => type).join(' OR ') ?? 'not stated'
  );
}

function table(packages) {
  const rows = packages.map((entry) => `| ${entry.name} | ${entry.version} | ${licenceOf(entry)} |`);
  return ['| package | version | licence |', '|---|---|---|', ...rows].join('\n');
}

/** The document's whole text. */
async function documentText() {
  const packages = productionPackages();
  const required = packages.filter((entry) => !entry.optional);
  const optional = packages.filter((entry) => entry.optional);
  const text = `# Third-party licences

Tessera itself is under the Apache License 2.0 (see LICENSE). It stands on these packages; the text of each one's licence
lies in its folder under \`node_modules/\`. This file is made from the lock file by \`node scripts/third-party.mjs\`, and
\`npm test\` checks that it is current.

## Always installed

${table(required)}

## Installed where the platform takes them

${table(optional)}

## Fetched on request

\`npm run tessera -- engine install\` may fetch the TensorFlow library (Apache-2.0) from the Python package index or from
its authors' storage. It is not part of this repository.
`;
  const { format } = await import('prettier');
  return format(text, { parser: 'markdown', printWidth: 110 });
}

await main(async () => {
  const text = await documentText();
  if (!process.argv.includes('--check')) return writeFileSync(document, text);
  const current = existsSync(document) ? readFileSync(document, 'utf8') : '';
  if (current !== text)
    throw new ScriptFailure('THIRD-PARTY-LICENCES.md is out of date: run node scripts/third-party.mjs');
});
