// No start of an engine may hang for ever.

/** The promise's value, or an error that names `what` after `limitMs`. */
export async function withTimeLimit<Value>(
  promise: Promise<Value>,
  limitMs: number,
  what: string,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what} did not finish within ${limitMs / 1000} s`));
    }, limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
