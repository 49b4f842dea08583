// Gives tfjs-node the utilities that newer Nodes removed (https://github.com/tensorflow/tfjs/issues/8609).

/**
 * Puts `isNullOrUndefined`, gone since Node 23, and `isArray`, which warns since Node 22, into Node's `util`; call it
 * before loading tfjs-node. Self-contained, because its text is also run in a child process.
 */
export function withNodeUtilities(util: object): void {
  Object.assign(util, {
    isArray: Array.isArray,
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  });
}
