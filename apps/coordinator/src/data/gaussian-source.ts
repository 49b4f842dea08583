// How Gaussian points are named as a source: all modes of a grid, or one of them.

/** The source of all modes; with a colon and a number after it, of one. */
export const GAUSSIANS = 'gaussians';

/** Whether a source names Gaussian points. */
export function isGaussian(source: string): boolean {
  return source === GAUSSIANS || source.startsWith(`${GAUSSIANS}:`);
}

/** The modes, counted from 0, that such a source names in a grid of so many; none where the grid lacks the one it names. */
export function modesOfSource(source: string, modes: number): readonly number[] {
  const all = Array.from({ length: modes }, (_, mode) => mode);
  if (source === GAUSSIANS) return all;
  const wanted = Number(source.slice(GAUSSIANS.length + 1)) - 1;
  return all.filter((mode) => mode === wanted);
}
