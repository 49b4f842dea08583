// Work that Ctrl-C may cut short.

/** What the work resolves to; undefined when the signal ended it. Any other failure is thrown on. */
export async function unlessInterrupted<Result>(
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted && error === signal.reason) return undefined;
    throw error;
  }
}
