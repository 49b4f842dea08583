// What `tessera engine` times, in words; apart from the step itself, so that naming it loads no TensorFlow.js.

/** The step that small-step.ts takes. */
export const SMALL_STEP = 'one generator step, 28x28, width 1/8, batch 16';
