// npm start: installs and builds what is missing, then serves the demo run.
import { build, checkNode, installEngine, installPackages, mainProgram } from './lib/prepare.mjs';
import { becomeProgram } from './lib/become.mjs';
import { main } from './lib/run.mjs';

await main(async () => {
  checkNode();
  await installPackages();
  await build();
  await installEngine();
  await becomeProgram(mainProgram, ['serve', '--demo', ...process.argv.slice(2)]);
});
