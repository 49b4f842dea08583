// For tests: which error an action ends with.
import { TesseraError } from '../errors.ts';

/** The code of the TesseraError that the action throws, or 'accepted'; other errors go on. */
export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof TesseraError) return error.code;
    throw error;
  }
  return 'accepted';
}
