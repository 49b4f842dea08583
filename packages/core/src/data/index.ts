// A device's private images: read from any files, fitted to the run, drawn on the spot, handed out in minibatches.
export * from './batch-source.ts';
export { classOfFolder, type FolderMapping } from './class-of-folder.ts';
export * from './connect-images.ts';
export type { ImageDecoder } from './connect-picture.ts';
export * from './data-error.ts';
export * from './drawn/drawn-images.ts';
export { fitImage, reduceImage, type DecodedImage } from './fit-image.ts';
export * from './gaussian-grid.ts';
export * from './held-out.ts';
export { idxImageShape, readIdx, type IdxArray } from './idx.ts';
export * from './image-set.ts';
export * from './limits.ts';
export * from './partition/index.ts';
export type { DataPart, NamedFile } from './named-file.ts';
export * from './points-of-mode.ts';
export type { ImagePreview } from './set-builder.ts';
export * from './stored-set.ts';
export * from './transform-images.ts';
