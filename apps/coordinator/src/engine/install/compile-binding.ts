// Compiles tfjs-node's small C++ binding between Node and the TensorFlow library.
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runChild } from '../child.ts';
import { InstallRefusal } from './refusal.ts';
import type { Wheel } from './wheels.ts';

/** What the compiler is given. */
export interface CompileRequest {
  readonly compiler: string;
  readonly platform: string;
  /** The npm package that holds the binding's source. */
  readonly packageFolder: string;
  /** The unpacked library: `include/` and `lib/`. */
  readonly libraryFolder: string;
  /** Node-API headers: the same for every Node since 16. */
  readonly nodeHeaders: string;
  readonly wheel: Wheel;
  readonly output: string;
}

const COMPILE_LIMIT_MS = 5 * 60_000;
const PROBE_LIMIT_MS = 20_000;
const FAULT_LINES = 12;

/** The first C++ compiler that answers, `CXX` before all others. */
export async function findCompiler(env: NodeJS.ProcessEnv): Promise<string> {
  for (const name of [env.CXX, 'c++', 'g++', 'clang++']) {
    if (!name) continue;
    const { code } = await runChild(name, ['--version'], { limitMs: PROBE_LIMIT_MS, env });
    if (code === 0) return name;
  }
  throw new InstallRefusal(
    'no-compiler',
    'there is no C++ compiler on this machine',
    'Install one (Debian, Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++; macOS: xcode-select --install), or name yours in CXX; then run this again.',
  );
}

/** The compiler's arguments, after the Node addon convention: Node's own symbols stay open until it is loaded. */
export function compilerArguments(request: CompileRequest): string[] {
  const { platform, packageFolder, libraryFolder, nodeHeaders, wheel, output } = request;
  const mac = platform === 'darwin';
  const lib = join(libraryFolder, 'lib');
  return [
    ...['-std=c++17', '-O2', '-fPIC', '-DNAPI_VERSION=8', '-DNODE_GYP_MODULE_NAME=tfjs_binding'],
    ...(mac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']),
    ...['-I', packageFolder, '-I', join(libraryFolder, 'include'), '-I', nodeHeaders],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(packageFolder, 'binding', file)),
    ...wheel.libraries.map((library) => join(lib, library)),
    // Relative to lib/napi-v8/, so that the whole package folder can be moved.
    `-Wl,-rpath,${mac ? '@loader_path' : '$ORIGIN'}/../../deps/lib`,
    ...['-o', output],
  ];
}

/** Compiles the binding to `request.output`; throws an InstallRefusal with the compiler's own words. */
export async function compileBinding(request: CompileRequest): Promise<void> {
  await mkdir(dirname(request.output), { recursive: true });
  const result = await runChild(request.compiler, compilerArguments(request), { limitMs: COMPILE_LIMIT_MS });
  if (result.code === 0) return;
  const words = result.stderr.trim().split('\n').slice(0, FAULT_LINES).join('\n');
  throw new InstallRefusal(
    'compile',
    result.timedOut
      ? `${request.compiler} did not finish in ${COMPILE_LIMIT_MS / 60_000} minutes`
      : `${request.compiler} refused tfjs-node's binding:\n${words}`,
    'A compiler for C++17 is needed (g++ 8 or clang 7, or newer); name another one in CXX.',
  );
}
