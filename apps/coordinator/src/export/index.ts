// Finished networks as files for PyTorch.
export * from './export-sources.ts';
export * from './exported-files.ts';
export * from './generator-zip.ts';
export * from './python-loader.ts';
