// The words of the pages about the three tiers: cloud, edges and devices.
import { formatCount, formatShare, formatShortDuration } from './format.ts';

function plural(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

export const tiersText = {
  title: 'Cloud, edges and devices',
  cloud: 'Cloud',
  edge: 'Edge',
  version: (version: number) =>
    version === 0 ? 'no merge yet' : `version ${formatCount(version)} of the global model`,
  connected: (here: number, all: number) =>
    `${formatCount(here)} of ${plural(all, 'edge', 'edges')} connected`,
  devices: (count: number) => plural(count, 'device', 'devices'),
  own: 'this edge',
  none: 'This edge has not heard from its cloud since it was started.',
  cloudStandings: {
    connecting: 'Looking for the cloud.',
    connected: 'The cloud is connected.',
    away: 'The cloud is out of reach. This edge goes on by itself and brings what it learned when the cloud is back.',
    refused: 'The cloud refuses this edge. It goes on by itself.',
  },
  states: {
    never: 'no edge yet',
    gone: 'edge is away',
    waiting: 'waits for the others',
    'no-device': 'no device yet',
    'not-started': 'not started',
    'waiting-for-devices': 'waits for devices',
    preparing: 'getting ready',
    training: 'training',
    federating: 'joining',
    judging: 'judging',
    paused: 'paused',
    finished: 'finished',
  } as Readonly<Record<string, string>>,
  weight: 'Weight',
  score: 'Realism',
  scoreWhy: 'How real its images look to its devices (mean of log D): nearer to 0 is better.',
  behind: 'Behind',
  merges: (count: number) => (count === 0 ? 'up to date' : plural(count, 'merge', 'merges')),
  round: 'Round',
  roundOf: (round: number) => formatCount(round + 1),
  roundWhy: (iterations: number) => plural(iterations, 'local iteration', 'local iterations'),
  contact: 'Last contact',
  now: 'now',
  ago: (seconds: number) => `${formatShortDuration(seconds)} ago`,
  nothing: '–',
  share: formatShare,
  openEdge: 'Open its page',
  deviceList: (community: string) => `Devices of ${community}`,
  moreDevices: (count: number) => `and ${formatCount(count)} more`,
  samples: {
    title: 'What the communities draw, and all together',
    global: 'All communities together',
    community: (name: string) => `Community ${name}`,
    own: 'What your community draws',
    ownWhy: 'Drawn by the generator that your edge last brought to the cloud.',
    globalWhy: 'Drawn by the cloud’s generator, the weighted average of all communities.',
    empty: 'The first pictures appear after the first merge.',
    afterMerge: (version: number) => `Merge ${formatCount(version)}`,
  },
  choose: {
    title: 'Choose your community',
    why: 'A community is a group of devices with images of one kind, served by one edge. Your images stay on this device whichever you join.',
    join: (name: string) => `Join ${name}`,
    away: 'Its edge is not connected at this moment.',
    unreachable: 'Its edge can be reached only from the machine on which it runs.',
  },
  belongs: (community: string) => `You are in the community ${community}.`,
  belongsWhy:
    'An edge trains with the devices of one community; the cloud joins the generators of all communities.',
  runPage: (communities: number) => `The cloud of ${plural(communities, 'community', 'communities')}`,
  join: 'Edges join this cloud at',
};
