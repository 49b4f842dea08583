import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeWheel, temporaryFolder } from '../testing/fake-package.ts';
import { compileBinding, compilerArguments, findCompiler } from './compile-binding.ts';

const request = {
  compiler: 'c++',
  platform: 'linux',
  packageFolder: '/package',
  libraryFolder: '/library',
  nodeHeaders: '/headers',
  wheel: fakeWheel().wheel,
  output: '/package/lib/napi-v8/tfjs_binding.node',
};

/** A program that prints `words` to standard error and ends with `status`. */
async function fakeCompiler(words: string, status: number): Promise<string> {
  const path = join(await temporaryFolder(), 'compiler');
  await writeFile(
    path,
    `#!${process.execPath}\nconsole.error(${JSON.stringify(words)}); process.exit(${status});`,
  );
  await chmod(path, 0o755);
  return path;
}

describe('compiling the binding', () => {
  it('TOOL-7: the compiler named in CXX comes first', async () => {
    const CXX = await fakeCompiler('', 0);
    expect(await findCompiler({ ...process.env, CXX })).toBe(CXX);
  });

  it('TOOL-7: the libraries are found relative to the binding, on Linux and on macOS', () => {
    expect(compilerArguments(request)).toContain('-Wl,-rpath,$ORIGIN/../../deps/lib');
    const mac = compilerArguments({ ...request, platform: 'darwin' });
    expect(mac).toContain('-Wl,-rpath,@loader_path/../../deps/lib');
    expect(mac).not.toContain('-shared');
  });

  it("TOOL-7: a failed compilation shows the compiler's own words", async () => {
    const compiler = await fakeCompiler('line 3: no such type', 1);
    const output = join(await temporaryFolder(), 'lib', 'x.node');
    await expect(compileBinding({ ...request, compiler, output })).rejects.toMatchObject({
      code: 'compile',
      message: expect.stringContaining('line 3: no such type') as string,
    });
  });
});
