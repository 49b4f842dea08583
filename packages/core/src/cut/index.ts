// Where each device's networks are divided: profiles, costs and the search for the best cuts.
export * from './profile.ts';
export * from './block-costs.ts';
export * from './traffic.ts';
export * from './genome.ts';
export * from './genetic.ts';
export * from './exact.ts';
export * from './enumerate.ts';
export * from './reference-cost.ts';
export * from './paper-profiles.ts';
export * from './measured-cost.ts';
export * from './calibrate.ts';
export * from './scaled-profile.ts';
export * from './re-estimate.ts';
export * from './predict.ts';
export * from './profile-classes.ts';
export * from './choose-cuts.ts';
export * from './other-cuts.ts';
