// The one error class, and the codes of the error table that it carries.
import { ERRORS } from './error-table.ts';

/** A code of the table. */
export type ErrorCode = keyof typeof ERRORS;

/** Every code, in the table's order. */
export const ERROR_CODES = Object.keys(ERRORS) as readonly ErrorCode[]; // Object.keys forgets the key type.

/** Whether the text is a code of the table. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}

/** The one error class: its message says what happened, its code what follows from it and what to do. */
export class TesseraError extends Error {
  override readonly name = 'TesseraError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, whatHappened: string, options?: ErrorOptions) {
    super(whatHappened, options);
    this.code = code;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }

  get closes(): boolean {
    return ERRORS[this.code].closes;
  }

  get help(): string {
    return ERRORS[this.code].help;
  }
}

/** Any thrown value as a TesseraError; what is not ours becomes 'server-error' without its inner details. */
export function asTesseraError(thrown: unknown): TesseraError {
  if (thrown instanceof TesseraError) return thrown;
  return new TesseraError('server-error', 'Something went wrong inside the coordinator.', { cause: thrown });
}
