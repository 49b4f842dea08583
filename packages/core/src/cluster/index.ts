// Which devices have similar images, told from their middle-block activations.
export * from './divergence.ts';
export { kMeans, type KMeansOptions, type KMeansResult, type Partition } from './k-means.ts';
export {
  clusterDevices,
  SILHOUETTE_THRESHOLD,
  type ClusterDevicesOptions,
  type DeviceClusters,
} from './choose-k.ts';
export * from './match-labels.ts';
