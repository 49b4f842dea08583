// npm run bench -- …: installs and builds what is missing, then runs the benchmarks.
import { join } from 'node:path';
import { becomeProgram } from './lib/become.mjs';
import { build, checkNode, installPackages } from './lib/prepare.mjs';
import { main, root, runNode, ScriptFailure, step } from './lib/run.mjs';

await main(async () => {
  checkNode();
  await installPackages();
  await build();
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { code, output } = await step('Building the benchmarks', () => runNode([compiler, '-b', 'bench']));
  if (code !== 0) throw new ScriptFailure(`${output}\nThe build failed (see above).`);
  await becomeProgram(join(root, 'bench', 'dist', 'main.js'), process.argv.slice(2));
});
