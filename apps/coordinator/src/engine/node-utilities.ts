// Gives tfjs-node back the utility that Node 23 removed (https://github.com/tensorflow/tfjs/issues/8609).

/**
 * Adds `isNullOrUndefined` to Node's `util` where it is missing; call it before loading tfjs-node.
 * Self-contained, because its text is also run in a child process.
 */
export function withNodeUtilities(util: object): void {
  if ('isNullOrUndefined' in util) return;
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
}
