// The pages of a report, as text.
export * from './comparison-page.ts';
export { counted } from './format.ts';
export * from './run-page.ts';
export * from './shown-run.ts';
