// The Python wheels whose TensorFlow library serves tfjs-node, one per platform.

/** A wheel on the Python package index, and the two libraries to take from it. */
export interface Wheel {
  readonly project: string;
  readonly version: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
  /** What pip is asked for, because this machine's own Python need not be the wheel's. */
  readonly pip: { readonly pythonVersion: string; readonly platform: string };
  /** The names of the main library and of the framework library. */
  readonly libraries: readonly [main: string, framework: string];
}

/** A machine as far as it decides which library runs on it. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** Linux with the GNU C library; the wheels do not load on any other (musl). */
  readonly glibc: boolean;
}

const version = '2.15.1';
const linuxLibraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'] as const;

const wheels: Readonly<Record<string, Wheel>> = {
  'linux-x64': {
    project: 'tensorflow-cpu',
    version,
    fileName: 'tensorflow_cpu-2.15.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    bytes: 207_208_420,
    sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
    pip: { pythonVersion: '3.11', platform: 'manylinux_2_17_x86_64' },
    libraries: linuxLibraries,
  },
  'linux-arm64': {
    project: 'tensorflow-cpu-aws',
    version,
    fileName: 'tensorflow_cpu_aws-2.15.1-cp311-cp311-manylinux_2_17_aarch64.manylinux2014_aarch64.whl',
    bytes: 211_874_120,
    sha256: 'd4c3a3a9363bf42999adedbbd514e3a133be2d62f61fee9cfa46aaefb087c09e',
    pip: { pythonVersion: '3.11', platform: 'manylinux_2_17_aarch64' },
    libraries: linuxLibraries,
  },
  'darwin-arm64': {
    project: 'tensorflow',
    version,
    fileName: 'tensorflow-2.15.1-cp311-cp311-macosx_12_0_arm64.whl',
    bytes: 205_736_374,
    sha256: 'aa926114d1e13ffe5b2ea59c3f195216f26646d7fe36e9e5207b291e4b7902ff',
    pip: { pythonVersion: '3.11', platform: 'macosx_12_0_arm64' },
    libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
  },
};

/** The wheel that serves a machine; undefined where none is known to. */
export function wheelFor(machine: Machine): Wheel | undefined {
  if (machine.platform === 'linux' && !machine.glibc) return undefined;
  return wheels[`${machine.platform}-${machine.arch}`];
}

/** The machine this process runs on. */
export function thisMachine(): Machine {
  return { platform: process.platform, arch: process.arch, glibc: hasGlibc() };
}

function hasGlibc(): boolean {
  // The report is untyped; its header names the C library's version only where that is glibc.
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime !== undefined;
}
