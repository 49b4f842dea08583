// What an experiment leaves behind: pictures, data for Python, tables, and the page that shows them.
export * from './idx-files.ts';
export * from './load-run.ts';
export * from './page/index.ts';
export * from './pixels.ts';
export * from './sample-grid.ts';
export * from './scatter.ts';
export * from './write-run.ts';
