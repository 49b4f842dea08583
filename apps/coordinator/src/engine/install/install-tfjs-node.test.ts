import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeHost, fakePackage, temporaryFolder } from '../testing/fake-package.ts';
import { BINDING } from './installed.ts';
import { installTfjsNode, type InstallSettings } from './install-tfjs-node.ts';

const putBinding = `
  const fs = require('node:fs');
  for (const folder of ['lib/napi-v8', 'deps/lib']) fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync('lib/napi-v8/tfjs_binding.node', 'binding');`;
const unreachable = 'http://127.0.0.1:9/';

async function settings(
  packageFolder: string,
  more: Partial<InstallSettings> = {},
): Promise<InstallSettings> {
  const home = await temporaryFolder();
  return {
    packageFolder,
    cacheFolder: join(home, 'cache'),
    machine: { platform: 'plan9', arch: 'x64', glibc: true },
    env: {},
    home,
    force: false,
    onProgress: () => undefined,
    ...more,
  };
}

const looksInstalled = (folder: string) =>
  access(join(folder, BINDING)).then(
    () => true,
    () => false,
  );

describe('engine install', () => {
  it("TOOL-11: tfjs-node's own installer serves where its storage answers", async () => {
    const host = await fakeHost({});
    const folder = await fakePackage(host.url, putBinding);
    const outcome = await installTfjsNode(await settings(folder));
    expect(outcome).toEqual({ status: 'installed', method: 'own-installer', tensorflow: '9.9.9' });
  });

  it('TOOL-9: what is installed is not installed again, unless it is forced', async () => {
    const host = await fakeHost({});
    const folder = await fakePackage(host.url, putBinding);
    await installTfjsNode(await settings(folder));
    const stages: string[] = [];
    const onProgress = ({ stage }: { stage: string }) => void stages.push(stage);
    const again = await installTfjsNode(
      await settings(folder, { machine: { platform: 'plan9', arch: 'x64', glibc: true }, onProgress }),
    );
    expect(again).toMatchObject({ status: 'already-installed', method: 'own-installer' });
    expect(stages).toEqual([]);
    expect(await installTfjsNode(await settings(folder, { force: true }))).toMatchObject({
      status: 'installed',
    });
  });

  it('TOOL-9: a library of unknown origin is tried before it is trusted', async () => {
    const folder = await fakePackage(unreachable, '');
    await mkdir(join(folder, 'lib', 'napi-v8'), { recursive: true });
    await writeFile(join(folder, BINDING), 'from somewhere');
    expect(await installTfjsNode(await settings(folder))).toMatchObject({
      status: 'already-installed',
      method: 'already-there',
    });
    await writeFile(join(folder, 'main.js'), 'throw new Error("broken")');
    await writeFile(join(folder, 'lib', 'napi-v8', 'tessera.json'), 'no stamp');
    expect(await installTfjsNode(await settings(folder))).toMatchObject({
      status: 'refused',
      code: 'unsupported',
    });
  });

  it.each([
    ['ends with an error', `${putBinding} process.exit(1)`],
    [
      'leaves a library that does not load',
      `${putBinding} fs.writeFileSync('main.js', 'throw new Error("broken")')`,
    ],
  ])('TOOL-8: an own installer that %s leaves nothing that looks installed', async (_, script) => {
    const host = await fakeHost({});
    const folder = await fakePackage(host.url, script);
    expect(await installTfjsNode(await settings(folder))).toMatchObject({ status: 'refused' });
    expect(await looksInstalled(folder)).toBe(false);
  });

  it('TOOL-1: a platform without a library is told so, and that another engine serves', async () => {
    const folder = await fakePackage(unreachable, '');
    expect(await installTfjsNode(await settings(folder))).toMatchObject({
      status: 'refused',
      code: 'unsupported',
      why: 'no TensorFlow library is known for plan9 on x64',
      help: expect.stringContaining('wasm') as string,
    });
  });

  it('TOOL-7: without a compiler nothing is downloaded', async () => {
    const folder = await fakePackage(unreachable, '');
    const machine = { platform: 'linux', arch: 'x64', glibc: true };
    const given = await settings(folder, { machine, env: { PATH: '/nowhere' } });
    expect(await installTfjsNode(given)).toMatchObject({ status: 'refused', code: 'no-compiler' });
    await expect(readdir(given.cacheFolder)).rejects.toThrow('ENOENT');
  });
});
