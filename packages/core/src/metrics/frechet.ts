// The Fréchet distance of two sets of features, each seen as a normal distribution (Heusel et al., arXiv 1706.08500).
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Mean [d] and unbiased covariance [d, d], row-major, of a set of features. */
export interface FeatureMoments {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

/**
 * Mean and covariance (divided by n - 1) of `features` [n, dimensions], row-major. Throws a RangeError with fewer than
 * two rows, a part of one, or a number that is not finite.
 */
export function featureMoments(features: Float32Array, dimensions: number): FeatureMoments {
  const rows = features.length / dimensions;
  if (!Number.isInteger(rows) || rows < 2)
    throw new RangeError(
      `${features.length} numbers are not two or more rows of ${dimensions} features: give more images`,
    );
  const mean = new Float64Array(dimensions);
  for (let i = 0; i < features.length; i++)
    mean[i % dimensions] = (mean[i % dimensions] ?? 0) + (features[i] ?? NaN) / rows;
  if (!mean.every(Number.isFinite)) throw new RangeError('a feature is not a finite number');
  return { mean, covariance: covarianceOf(features, mean) };
}

/**
 * |m₁ - m₂|² + tr(C₁ + C₂ - 2 (C₁ C₂)^½), in squared units of the features; 0 for equal moments. The trace of the root
 * is Σ √λ over the eigenvalues λ of the symmetric matrix C₁^½ C₂ C₁^½, which is right for covariances without full
 * rank too. Throws a RangeError when the sets have different numbers of features.
 */
export function frechetDistance(a: FeatureMoments, b: FeatureMoments): number {
  const dimensions = a.mean.length;
  if (b.mean.length !== dimensions)
    throw new RangeError(`sets of ${dimensions} and of ${b.mean.length} features cannot be compared`);
  const [first, second] = [matrixOf(a), matrixOf(b)];
  const root = symmetricRoot(first);
  const product = root.mmul(second).mmul(root);
  const rootTrace = eigenvalues(product).reduce((sum, value) => sum + Math.sqrt(value), 0);
  const apart = a.mean.reduce((sum, value, i) => sum + (value - (b.mean[i] ?? NaN)) ** 2, 0);
  // Rounding may leave a tiny negative number where the distance is zero.
  return Math.max(0, apart + first.trace() + second.trace() - 2 * rootTrace);
}

function covarianceOf(features: Float32Array, mean: Float64Array): Float64Array {
  const dimensions = mean.length;
  const rows = features.length / dimensions;
  const sums = new Float64Array(dimensions * dimensions);
  const centred = new Float64Array(dimensions);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < dimensions; i++)
      centred[i] = (features[row * dimensions + i] ?? NaN) - (mean[i] ?? NaN);
    for (let i = 0; i < dimensions; i++) {
      const own = centred[i] ?? NaN;
      // The lower triangle; features after a ReLU are often constant, and then add nothing.
      if (own !== 0) for (let j = 0; j <= i; j++) add(sums, i * dimensions + j, own * (centred[j] ?? NaN));
    }
  }
  return sums.map((_, at) => {
    const [i, j] = [Math.floor(at / dimensions), at % dimensions];
    return (sums[Math.max(i, j) * dimensions + Math.min(i, j)] ?? NaN) / (rows - 1);
  });
}

function add(numbers: Float64Array, at: number, value: number): void {
  numbers[at] = (numbers[at] ?? NaN) + value;
}

function matrixOf({ covariance, mean }: FeatureMoments): Matrix {
  return Matrix.from1DArray(mean.length, mean.length, covariance);
}

/** The symmetric root of a covariance: V √Λ Vᵀ. */
function symmetricRoot(matrix: Matrix): Matrix {
  const { eigenvectorMatrix: vectors, realEigenvalues } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const roots = withoutNoise(realEigenvalues).map(Math.sqrt);
  return vectors.clone().mulRowVector(roots).mmul(vectors.transpose());
}

/** The eigenvalues of a product that is symmetric but for rounding. */
function eigenvalues(product: Matrix): number[] {
  const symmetric = Matrix.add(product, product.transpose()).div(2);
  return withoutNoise(new EigenvalueDecomposition(symmetric, { assumeSymmetric: true }).realEigenvalues);
}

/** Eigenvalues that cannot be told from zero become zero: a root would make much of them. */
function withoutNoise(values: readonly number[]): number[] {
  const noise = Math.max(0, ...values) * values.length * Number.EPSILON;
  return values.map((value) => (value > noise ? value : 0));
}
