// The words that tell what the devices of a run hold: images, or points of the plane.
import { formatCount } from './format.ts';

/** Sentences that are the same but for the noun. */
function naming(one: string, many: string) {
  const Many = `${many.slice(0, 1).toUpperCase()}${many.slice(1)}`;
  const count = (number: number) =>
    `${formatCount(number)} ${new Intl.PluralRules('en').select(number) === 'one' ? one : many}`;
  return {
    count,
    name: Many,
    /** By how the run's strategy lets a step travel. */
    intro: {
      split: `Many devices train one ${one} generator together. Your ${many} stay on this device; it works on its own part of the network.`,
      judged: `Many devices train one ${one} generator together. Your ${many} stay on this device; it learns to tell them from generated ones, and so teaches the generator.`,
      local: `Many devices train one ${one} generator together. Your ${many} stay on this device; it trains a generator of its own on them, and what all learn is joined.`,
      twin: `Many devices train ${one} generators together. Your ${many} stay on this device; it trains generators of its own on them, and what all learn is joined.`,
    },
    title: `Connect ${many}`,
    change: `Change ${many}`,
    keepConnected: (number: number) => `Go on with the ${count(number)} from before`,
    needed: `Connect ${many} first.`,
    none: `Connect ${many} to take part.`,
    pausedByYou: `Paused by you. Your ${many} stay connected.`,
    leave: `What this device learned since the last round is lost; earlier rounds count. Your ${many} stay with you either way. To leave without losing anything, finish after this round.`,
    helped: (letter: string) => `Your ${many} helped: group ${letter}`,
    groupWhy: `Devices with similar ${many} are in one group and share what they learn.`,
    scoreWhy: `How real its ${many} look to its devices (mean of log D): nearer to 0 is better.`,
    chooseWhy: `A community is a group of devices with ${many} of one kind, served by one edge. Your ${many} stay on this device whichever you join.`,
  };
}

export const dataText = {
  images: {
    ...naming('image', 'images'),
    why: 'They are read here, in this page. Nothing is sent anywhere.',
    reading: 'Reading your images',
    refusedHelp: 'Nothing is lost: choose other images, or use drawn examples.',
  },
  points: {
    ...naming('point', 'points'),
    why: 'They are drawn here, in this page. Nothing is sent anywhere.',
    reading: 'Drawing your points',
    refusedHelp: 'Nothing is lost: choose a mean for your points.',
  },
};

/** The words of step 1 in a run of points; means are counted from 1. */
export const pointsText = {
  choose: 'Choose the mean that your points lie around',
  ofCommunity: (community: string, mean: number) =>
    `Devices of ${community} have points around mean ${formatCount(mean)}.`,
  around: (mean: number) => `Around mean ${formatCount(mean)}`,
  connected: (points: string, mean: number) => `${points} around mean ${formatCount(mean)}, drawn here`,
  cloud: (points: string, mean: number) => `${points} around mean ${formatCount(mean)} of the plane`,
  plane: 'Your points. The rings mark the nine means.',
};
