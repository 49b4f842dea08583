// Tensors as plain numbers, and the safetensors files that hold them.
export * from './named-tensors.ts';
export * from './encoding.ts';
export * from './half.ts';
export * from './safetensors.ts';
export * from './optimiser-state.ts';
