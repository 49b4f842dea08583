// How good a generator is: scores of its images, a classifier trained on them, distances and coverage.
export * from './classifier.ts';
export * from './confusion.ts';
export * from './agreement.ts';
export * from './coverage.ts';
export * from './frechet.ts';
export * from './image-score.ts';
export * from './modes.ts';
export * from './probabilities.ts';
export * from './train-classifier.ts';
