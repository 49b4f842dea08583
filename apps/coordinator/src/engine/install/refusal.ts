// Why an installation cannot be done, in words for the person who asked for it.

/** The reasons for which TensorFlow's native library cannot be installed here. */
export type RefusalCode =
  'package-missing' | 'unsupported' | 'no-compiler' | 'no-network' | 'checksum' | 'compile' | 'load' | 'disk';

/** Thrown by a step of the installation; `installTfjsNode` turns it into a value. */
export class InstallRefusal extends Error {
  readonly code: RefusalCode;
  readonly help: string;

  constructor(code: RefusalCode, message: string, help: string) {
    super(message);
    this.name = 'InstallRefusal';
    this.code = code;
    this.help = help;
  }
}
