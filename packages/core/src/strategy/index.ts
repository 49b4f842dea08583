// Training algorithms: what happens to the layers at the end of a round.
export type { FederatedDevice, FederationInput, FederationResult } from './federation.ts';
export { federate } from './huscf-gan.ts';
export * from './cluster-gan.ts';
