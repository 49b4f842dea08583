// Goes on as another program in the same process: no child that could outlive its parent, signals arrive directly.
import { pathToFileURL } from 'node:url';

/** Loads `program` as if Node had been started with it and `args`. */
export async function becomeProgram(program, args) {
  process.argv.splice(1, Infinity, program, ...args);
  await import(pathToFileURL(program).href);
}
