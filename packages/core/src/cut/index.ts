// Where each device's networks are divided: profiles, costs and the search for the best cuts.
export * from './profile.ts';
