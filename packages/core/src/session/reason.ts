// Why something failed, for the log and the host.

/** The error's message as a sentence. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : 'Something failed without a reason.';
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
