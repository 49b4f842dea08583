// How a command ends badly: with lines that a person can act on, and an exit code.

/** An expected failure; its message is all that the user sees. Exit code 2 means wrong usage, 1 anything else. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
