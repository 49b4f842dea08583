// npm run tessera -- …: installs and builds what is missing, then runs the command line.
import { becomeProgram } from './lib/become.mjs';
import { build, checkNode, installPackages, mainProgram } from './lib/prepare.mjs';
import { main } from './lib/run.mjs';

await main(async () => {
  checkNode();
  await installPackages();
  await build();
  await becomeProgram(mainProgram, process.argv.slice(2));
});
