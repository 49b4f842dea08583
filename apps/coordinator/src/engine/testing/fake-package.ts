// A stand-in for the npm package tfjs-node and for a wheel, small enough to install in a test.
import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { onTestFinished } from 'vitest';
import type { Wheel } from '../install/wheels.ts';

/** A folder that is removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A package that computes 11 once its binding is there, with an own installer that runs `installScript`. */
export async function fakePackage(host: string, installScript: string): Promise<string> {
  const folder = join(await temporaryFolder(), 'tfjs-node');
  await mkdir(join(folder, 'scripts'), { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ main: 'main.js', binary: { host } }));
  await writeFile(
    join(folder, 'main.js'),
    `if (!require('node:fs').existsSync(__dirname + '/lib/napi-v8/tfjs_binding.node')) throw new Error('no binding');
    exports.matMul = () => ({ dataSync: () => [11] });
    exports.backend = () => ({ binding: { TF_Version: '9.9.9' } });`,
  );
  await writeFile(join(folder, 'scripts', 'install.js'), installScript);
  return folder;
}

/** A wheel with libraries of a few bytes, and the bytes of its file. */
export function fakeWheel(): { readonly wheel: Wheel; readonly file: Uint8Array } {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const file = zipSync({
    'tensorflow/libmain.so': bytes('main library'.repeat(1000)),
    'tensorflow/libframework.so': [bytes('framework library'), { level: 0 }],
    'tensorflow/include/tensorflow/c/c_api.h': bytes('// header'),
    'tensorflow/include/Eigen/Core': bytes('not needed'),
    'tensorflow/python/model.py': bytes('not needed'),
  });
  const wheel: Wheel = {
    project: 'fake-tensorflow',
    version: '1.0',
    fileName: 'fake_tensorflow-1.0-py3-none-any.whl',
    bytes: file.length,
    sha256: createHash('sha256').update(file).digest('hex'),
    pip: { pythonVersion: '3.11', platform: 'any' },
    libraries: ['libmain.so', 'libframework.so'],
  };
  return { wheel, file };
}

/** An HTTP server on this machine that answers by path (404 otherwise), and the paths it was asked for. */
export async function fakeHost(pages: Readonly<Record<string, string | Uint8Array>>) {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const page = pages[path];
    response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // an address object, because it listens on TCP
  return { url: `http://127.0.0.1:${port}`, asked };
}
