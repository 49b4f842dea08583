// The frame of the CLI: what a command is, its flags, its help, tables.
export * from './command.ts';
export * from './failure.ts';
export * from './nearest.ts';
export * from './option.ts';
export * from './run-cli.ts';
export * from './table.ts';
