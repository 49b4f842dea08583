// The compute engines of Node: which there are, how one is chosen, and how tfjs-node is installed.
export * from './engine.ts';
export { startEngine } from './ladder.ts';
export { softwareAdapterEnvironment } from './software-drivers.ts';
