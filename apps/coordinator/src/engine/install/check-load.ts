// Proves in a process of its own that tfjs-node loads and multiplies two matrices.
import { lastLine, runChild } from '../child.ts';
import { withNodeUtilities } from '../node-utilities.ts';

const LOAD_LIMIT_MS = 60_000;

/** What came of loading: TensorFlow's version, or why it failed. */
export type LoadCheck =
  { readonly ok: true; readonly version: string } | { readonly ok: false; readonly why: string };

/** Loads the tfjs-node package in `packageFolder` in a child process; a crash there is only a failure here. */
export async function checkLoad(packageFolder: string): Promise<LoadCheck> {
  const script = `
    (${withNodeUtilities.toString()})(require('node:util'));
    const tf = require(${JSON.stringify(packageFolder)});
    const product = tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0];
    if (product !== 11) throw new Error('1*3 + 2*4 came out as ' + product);
    console.log('TensorFlow ' + tf.backend().binding.TF_Version);`;
  const result = await runChild(process.execPath, ['--input-type=commonjs', '-e', script], {
    limitMs: LOAD_LIMIT_MS,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  const version = /^TensorFlow (\S+)$/m.exec(result.stdout)?.[1];
  if (result.code === 0 && version) return { ok: true, version };
  if (result.timedOut) return { ok: false, why: `loading did not end within ${LOAD_LIMIT_MS / 1000} s` };
  const error = /^.*Error: .*$/m.exec(result.stderr)?.[0];
  return { ok: false, why: error ?? (lastLine(result.stderr) || `exit status ${String(result.code)}`) };
}
