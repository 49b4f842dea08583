// The laboratory: experiments from a file, on simulated devices.
export type { Experiment } from './experiment.ts';
export { readExperiment } from './read-experiment.ts';
export { runExperiment, type RunExperimentOptions } from './run-experiment.ts';
