// When a reference run is looked at: after every step and after its two federations.

/** A federation that follows a step. */
export type Federation = 'plain' | 'clustered';

/** The plain federation comes right after this step (counted from 0). */
const PLAIN_AFTER_STEP = 1;

/** The federation right after a step (counted from 0), if there is one: the clustered one ends the run. */
export function federationAfter(step: number, steps: number): Federation | undefined {
  if (step === steps - 1) return 'clustered';
  return step === PLAIN_AFTER_STEP ? 'plain' : undefined;
}

/** The reference's name for the moment after a federation. */
export const FEDERATION_MOMENTS = { plain: 'after-fedavg', clustered: 'after-clustered' } as const;

/** The reference's names of all moments of a run, in order. */
export function momentNames(steps: number): string[] {
  return Array.from({ length: steps }, (_, step) => {
    const federation = federationAfter(step, steps);
    return [`after-step${step}`, ...(federation ? [FEDERATION_MOMENTS[federation]] : [])];
  }).flat();
}
